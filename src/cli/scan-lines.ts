import {
  STAGES,
  type LifeStep,
  type LogEntry,
  type Probability,
  type ReportSummary,
  type ScanDetail,
  type ScanSummary,
} from '../console/model.js';
import { age, percent, reasonWords } from '../console/words.js';

const MARKS = {
  done: '[x]',
  now: '[>]',
  failed: '[!]',
  pending: '[ ]',
  'not-asked': '[-]',
} as const;

/** A scan on one line; its id first, for what reads lines. */
export function scanLine(scan: ScanSummary): string {
  const { id, callingAeTitle, receivedAt } = scan;
  return printable(
    `${id}  ${callingAeTitle}, ${age(receivedAt)} ago  ${about(scan)}  ${standing(scan)}`,
  );
}

/** A scan with its life, its record, what the report says, and its objects. */
export function scanLines(scan: ScanDetail): readonly string[] {
  const { id, revision, receivedAt, callingAeTitle, studyInstanceUid, acquiredAt } = scan;
  return [
    `scan ${id}, revision ${revision}`,
    `study ${studyInstanceUid}`,
    `received ${receivedAt} from ${callingAeTitle}${acquiredAt === undefined ? '' : `, acquired ${acquiredAt}`}`,
    about(scan),
    standing(scan),
    ...section('Life', scan.steps.flatMap(stepLines)),
    ...(scan.report ? section('Report', reportLines(scan.report)) : []),
    ...section('Record', scan.log.map(logLine)),
    ...section(
      'Objects',
      scan.objects.map(
        ({ kind, sopInstanceUid, byteLength }) =>
          `${kind} ${sopInstanceUid}, ${Math.ceil(byteLength / 1000)} kB`,
      ),
    ),
  ].map(printable);
}

function about({ device, laterality, decision, probability, spread, grade, reasons }: ScanSummary) {
  const sure =
    probability === undefined ? '' : ` ${withSpread({ probability, ...(spread && { spread }) })}`;
  return [
    `${device === '' ? 'unknown device' : device}${laterality === undefined ? '' : ` ${laterality}`}`,
    decision === undefined ? 'not read' : `${decision}${sure}`,
    ...(grade === undefined ? [] : [`quality ${grade}`]),
    ...reasons.map(reasonWords),
  ].join(', ');
}

function standing({ stage, stageDetail }: ScanSummary): string {
  return `${STAGES[stage]}${stageDetail === '' ? '' : `: ${stageDetail}`}`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function stepLines({ name, state, at, lines }: LifeStep): readonly string[] {
  return [
    `${MARKS[state]} ${name}${at === undefined ? '' : `, ${at}`}`,
    ...lines.map((line) => `      ${line}`),
  ];
}

function logLine({ at, what, about: subject, reason, detail, times }: LogEntry): string {
  const more = [reason, detail].filter((one) => one !== undefined && one !== '');
  const often = times === 1 ? '' : ` × ${times}`;
  return `${at} ${subject}: ${what}${often}${more.length === 0 ? '' : ` (${more.join('; ')})`}`;
}

function reportLines(report: ReportSummary): readonly string[] {
  const { decision, because, referral, pathologies, reasons, criteria, advice } = report;
  return [
    [decision, because].filter((text) => text !== '').join(': '),
    ...reasons.map(({ name, advice: what, detail }) =>
      [name, detail, what].filter((text) => text !== '').join('; '),
    ),
    ...[...referral, ...pathologies].map((one) => `${one.name}: ${withSpread(one)}`),
    ...report.volumes.map(({ name, nanolitres }) => `${name}: ${nanolitres.toFixed(1)} nl`),
    ...(report.disputedShare === undefined
      ? []
      : [`a network contradicts the others in ${percent(report.disputedShare)}`]),
    ...criteria.map(({ text, passed }) => `quality: ${text}: ${passed ? 'passed' : 'failed'}`),
    ...(advice === '' ? [] : [advice]),
    ...report.models,
  ].filter((line) => line !== '');
}

function withSpread({ probability, spread = 0 }: Omit<Probability, 'name'>): string {
  return `${percent(probability)}${spread > 0 ? ` ± ${percent(spread)}` : ''}`;
}

/** Names of devices come from the file: what would move the cursor of a terminal is not passed on to it. */
function printable(line: string): string {
  return line.replaceAll(/\p{Cc}/gu, '?');
}
