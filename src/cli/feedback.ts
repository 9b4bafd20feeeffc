import { withReaderFeedback } from '../archive/reader-feedback.js';
import {
  feedbackLabels,
  feedbackReport,
  type FeedbackReport,
  type WrongDecision,
  type WrongDecisions,
} from '../evaluation/feedback-report.js';
import type { Estimate } from '../evaluation/statistics.js';
import { FEEDBACK_REASONS, VERDICTS } from '../values/reader-feedback.js';
import type { Feedback, FeedbackReason, JudgedScan, Verdict } from '../values/reader-feedback.js';
import { PATHOLOGIES, REFERRAL_CLASSES } from '../values/referral-class.js';
import { oneOf, parseCommandLine } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, misused, print, printJson, UsageError } from './commands.js';
import type { Command, CommandOptions } from './commands.js';
import { settingsOfThisMachine } from './environment.js';

const OPTIONS = {
  reader: { type: 'string', value: 'LOGIN', help: 'with add: who says so; a login or a number' },
  referral: { type: 'string', value: 'CLASS', help: 'with add: the right class' },
  pathologies: { type: 'string', value: 'NAMES', help: 'with add: what the eye has, joined by +' },
  reason: { type: 'string', value: 'CODE', help: 'with add: why the decision is not right' },
  csv: {
    type: 'boolean',
    help: 'with list: the table of the truth for `octriage evaluate --truth`',
  },
  json: JSON_OPTION,
} as const satisfies CommandOptions;

/** `octriage feedback …`: what readers say of the decisions, and what follows from it. A node may run meanwhile. */
export const feedback: Command = {
  name: 'feedback',
  form: 'feedback add SCAN VERDICT --reader LOGIN [--referral CLASS] [--reason CODE] | list [--csv] | report',
  help: 'readers say which decisions were right; lists every false negative and false positive',
  actions: { add: 'operates', list: 'shows', report: 'shows' },
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [action, ...rest] = positionals;
    const { dataDir } = settingsOfThisMachine();
    const json = values.json === true;
    if (action === 'add') {
      const [scan, verdict, ...more] = rest;
      if (scan === undefined || verdict === undefined || more.length > 0) {
        throw new UsageError('feedback add needs a scan and a verdict');
      }
      const said = feedbackOf(verdict, values);
      const judged = await withReaderFeedback(dataDir, (all) => all.add(scan, said));
      if (json) printJson(judged);
      else print(`recorded: ${judged.scan.decision}, and ${said.reader} says ${verdict}`);
      return EXIT_CODES.done;
    }
    if ((action !== 'list' && action !== 'report') || rest.length > 0) {
      throw misused(feedback);
    }
    const all = await withReaderFeedback(dataDir, (judged) => judged.all());
    if (action === 'list') {
      if (values.csv === true) process.stdout.write(feedbackLabels(all));
      else if (json) printJson(all);
      else for (const one of all) for (const line of describe(one)) print(line);
      return EXIT_CODES.done;
    }
    const report = feedbackReport(all);
    if (json) printJson(report);
    else for (const line of tables(report)) print(line);
    return EXIT_CODES.done;
  },
};

function feedbackOf(
  verdict: string,
  given: { reader?: string; referral?: string; pathologies?: string; reason?: string },
): Feedback {
  if (given.reader === undefined) throw new UsageError('feedback add needs --reader LOGIN');
  const pathologies = PATHOLOGIES.map(({ name }) => name);
  return {
    verdict: oneOf('a verdict', verdict, Object.keys(VERDICTS) as Verdict[]),
    ...(given.referral !== undefined && {
      referral: oneOf('a class', given.referral, REFERRAL_CLASSES),
    }),
    ...(given.pathologies !== undefined && {
      pathologies: given.pathologies
        .split('+')
        .map((name) => oneOf('a pathology', name, pathologies)),
    }),
    ...(given.reason !== undefined && {
      reason: oneOf('a reason', given.reason, Object.keys(FEEDBACK_REASONS) as FeedbackReason[]),
    }),
    reader: given.reader,
  };
}

function describe({ scan, feedback: said }: JudgedScan): string[] {
  return [
    `${scan.acquisitionId} from ${scan.callingAeTitle}, read ${time(scan.readAt)}: ${scan.decision}`,
    ...said.map(({ at, reader, verdict, referral, reason }) => {
      const right = referral === undefined ? '' : `, right is ${referral}`;
      const why = reason === undefined ? '' : ` (${reason})`;
      return `  ${time(at)} ${reader}: ${verdict}${right}${why}`;
    }),
  ];
}

function tables(report: FeedbackReport): string[] {
  const { scans, agreed, contested, underReferred, overReferred } = report;
  return [
    `${scans} scans judged, ${agreed} decided rightly, ${contested.length} on which the readers contradict each other`,
    ...contested.map((scan) => `  ${scan}`),
    ...table('False negatives: under-referred', report.falseNegatives, underReferred),
    ...table('False positives: over-referred', report.falsePositives, overReferred),
    ...table('Given a class, and nobody can read it', report.notAssessable),
    ...table('Given no class, and it can be read', report.assessable),
  ];
}

function table(
  title: string,
  { scans, reasons }: WrongDecisions,
  rate: Estimate | null = null,
): string[] {
  const shown =
    rate === null
      ? ''
      : `, ${percent(rate.value)} (95 %: ${percent(rate.from)} to ${percent(rate.to)})`;
  return [
    '',
    `${title}: ${scans.length}${shown}`,
    ...reasons.map(({ reason, count }) => `  ${count} × ${reason}: ${FEEDBACK_REASONS[reason]}`),
    ...scans.map(describeWrong),
  ];
}

function describeWrong(one: WrongDecision): string {
  const quality = [one.grade ?? 'quality not measured', ...one.failedCriteria].join(' ');
  const differ = one.disagreement === null ? '–' : percent(one.disagreement);
  return [
    `  ${one.scan}: ${one.decision}, right is ${one.right ?? 'no class'}`,
    one.reason ?? 'no reason',
    `${one.callingAeTitle} (${one.device})`,
    quality,
    `members differ on ${differ}`,
    `distance ${one.distance?.toFixed(1) ?? '–'}`,
  ].join('; ');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
