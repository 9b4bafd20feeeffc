import { REFERRAL_CLASSES, type ReferralClass } from '../values/referral-class.js';
import type { LogEntry, ReportSummary, ScanDetail, ScanSummary } from './model.js';
import type { StoredFiles } from './ports.js';
import type { EventRecord, ScanLedger, ScanRecord } from './records.js';
import { stageOf, stepsOf } from './steps.js';

/** What is asked to tell of a scan. */
export interface ScanSources {
  readonly ledger: Pick<ScanLedger, 'timeline'>;
  readonly files: Pick<StoredFiles, 'header' | 'report'>;
  /** What an event is in words. */
  readonly eventMeaning: (what: string) => string;
}

/** A scan as a row of the list; with the patient only for who may see patients. */
export async function scanSummary(
  scan: ScanRecord,
  files: ScanSources['files'],
  patients: boolean,
): Promise<ScanSummary> {
  const header = await files.header(scan.arrival.path);
  const { reading, arrival } = scan;
  const report = await reportOf(scan, files);
  const { stage, detail: stageDetail } = stageOf(scan);
  const laterality = reading?.laterality ?? header?.laterality;
  const decided = REFERRAL_CLASSES.findIndex((name) => name === reading?.decision);
  const probability = report?.referral[decided];
  return {
    id: scan.id,
    revision: scan.revision,
    receivedAt: new Date(arrival.lastAt).toISOString(),
    callingAeTitle: arrival.callingAeTitle,
    ...(patients && header && { patient: header.patient }),
    device: header === undefined ? '' : `${header.manufacturer} ${header.model}`.trim(),
    ...(laterality && { laterality }),
    ...(reading?.grade && { grade: reading.grade }),
    ...(reading && { decision: decisionOf(reading.decision) }),
    reasons: reading && decided === -1 ? reading.decision.split(', ') : [],
    ...(probability && { probability: probability.probability }),
    ...(probability?.spread !== undefined && { spread: probability.spread }),
    stage,
    stageDetail,
  };
}

function decisionOf(decision: string): ReferralClass | 'not-assessed' {
  return REFERRAL_CLASSES.find((name) => name === decision) ?? 'not-assessed';
}

function reportOf(
  scan: ScanRecord,
  files: ScanSources['files'],
): Promise<ReportSummary | undefined> {
  const report = scan.results.find(({ kind }) => kind === 'report');
  return report === undefined ? Promise.resolve(undefined) : files.report(report.path);
}

/** A scan with its life, its record and what its report says; what peers said only for who may see patients. */
export async function scanDetail(
  scan: ScanRecord,
  { ledger, files, eventMeaning }: ScanSources,
  patients: boolean,
): Promise<ScanDetail> {
  const header = await files.header(scan.arrival.path);
  const report = await reportOf(scan, files);
  return {
    ...(await scanSummary(scan, files, patients)),
    studyInstanceUid: scan.studyInstanceUid,
    ...(header?.acquiredAt && { acquiredAt: header.acquiredAt }),
    ...(patients &&
      header?.seriesDescription && {
        seriesDescription: header.seriesDescription,
      }),
    steps: stepsOf(scan, report?.steps ?? [], patients),
    log: logOf(await ledger.timeline(scan.id), eventMeaning, patients),
    ...(report && { report }),
    objects: scan.results.map(({ sopInstanceUid, kind, byteLength }) => ({
      sopInstanceUid,
      kind,
      byteLength,
    })),
  };
}

/** Reasons of deliveries are what a peer said: it may be anything. */
const SAID_BY_PEERS = /^delivery|^delivered$|^commit/;

/** Events as the page shows them; the same said of many instances in a row is one line. */
function logOf(
  events: readonly EventRecord[],
  meaning: (what: string) => string,
  patients: boolean,
): readonly LogEntry[] {
  const entries: { -readonly [Key in keyof LogEntry]: LogEntry[Key] }[] = [];
  for (const { at, what, subjectKind, reason, detail: more } of events) {
    const last = entries.at(-1);
    const said = meaning(what);
    if (subjectKind === 'instance' && last?.what === said && last.about === subjectKind) {
      last.times++;
      continue;
    }
    const shown = patients || !SAID_BY_PEERS.test(what) ? reason : undefined;
    entries.push({
      at,
      what: said,
      about: subjectKind,
      ...(shown !== undefined && { reason: shown }),
      ...(more && {
        detail: Object.entries(more)
          .map(([name, value]) => `${name} ${String(value)}`)
          .join(', '),
      }),
      times: 1,
    });
  }
  return entries;
}
