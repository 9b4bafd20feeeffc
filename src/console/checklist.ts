import { isAdmitted, type Caller } from '../config/caller.js';
import type { Checklist, CheckStep, ReportSummary } from './model.js';
import { refusalRow, type CallerStatistics, type RefusalRecord } from './network-state.js';
import type { ScanHeader } from './ports.js';
import type { ScanRecord } from './records.js';
import { stageOf } from './steps.js';

/** Everything that is known of one scanner. */
export interface Evidence {
  readonly callingAeTitle: string;
  readonly callers: readonly Caller[];
  readonly refusals: readonly RefusalRecord[];
  readonly statistics: CallerStatistics | undefined;
  /** Its latest scan. */
  readonly scan: ScanRecord | undefined;
  readonly header: ScanHeader | undefined;
  readonly report: ReportSummary | undefined;
  readonly words: readonly {
    readonly step: string;
    readonly at: number;
    readonly who: string;
    readonly note: string;
  }[];
}

/** What only a human can say. */
export const SEEN_IN_PACS = 'seen-in-pacs';

/** Reasons that say that the pixels' size, place or eye could not be trusted. */
const GEOMETRY_REASONS = [
  'GEOMETRY_MISSING',
  'GEOMETRY_IMPLAUSIBLE',
  'NOT_A_MACULAR_CUBE',
  'BSCANS_MISSING',
  'BSCANS_REPEATED',
  'LATERALITY_MISSING',
  'LATERALITY_CONTRADICTORY',
  'PIXELS_NOT_READABLE',
];

/** From the first call to the result in the PACS, as far as it has come. */
export function checklist(evidence: Evidence): Checklist {
  const { callingAeTitle, callers, refusals, scan, header } = evidence;
  const admit = refusals
    .filter((refusal) => refusal.callingAeTitle === callingAeTitle)
    .map((refusal) => refusalRow(refusal, callers).admit)
    .find((entry) => entry !== undefined);
  const steps = [
    admitted(evidence, admit),
    echoed(evidence),
    scanned(evidence),
    matched(evidence),
    plausible(evidence),
    delivered(evidence),
    seen(evidence),
  ];
  return {
    callingAeTitle,
    device: header === undefined ? '' : `${header.manufacturer} ${header.model}`.trim(),
    steps,
    ...(scan && { scanId: scan.id }),
    ...(admit && { admit }),
    complete: steps.every(({ state }) => state === 'done'),
  };
}

function step(
  id: string,
  name: string,
  state: CheckStep['state'],
  lines: readonly string[],
  at?: number,
): CheckStep {
  return {
    step: id,
    name,
    state,
    ...(at !== undefined && { at: new Date(at).toISOString() }),
    lines,
  };
}

function admitted(evidence: Evidence, admit: Checklist['admit']): CheckStep {
  const { callingAeTitle, callers, statistics } = evidence;
  const name = 'Admitted';
  const own = callers.filter(({ aeTitle }) => aeTitle === callingAeTitle || aeTitle === '*');
  if (admit !== undefined) {
    return step('admitted', name, 'failed', [`it called from ${admit.from} and was refused`]);
  }
  const address = statistics?.lastAddress;
  const entries = own.map(({ aeTitle, from }) => `${aeTitle} from ${from ?? 'anywhere'}`);
  if (own.length === 0 || (address !== undefined && !isAdmitted(own, callingAeTitle, address))) {
    return step('admitted', name, 'open', ['no entry of the table of callers admits it']);
  }
  return step('admitted', name, 'done', [`by the entry ${entries.join(', ')}`]);
}

function echoed({ statistics }: Evidence): CheckStep {
  return statistics === undefined
    ? step('echo', 'Reaches us', 'open', [
        'send an echo (DICOM ping, C-ECHO) from the scanner; its menu for network nodes has it',
      ])
    : step(
        'echo',
        'Reaches us',
        'done',
        [`${statistics.associations} associations, the last from ${statistics.lastAddress}`],
        statistics.lastAssociationAt,
      );
}

function scanned({ scan }: Evidence): CheckStep {
  if (scan === undefined) {
    return step('scan', 'Test scan received', 'open', [
      'send one macular cube of a test patient from the scanner',
    ]);
  }
  const { instances, byteLength, lastAt } = scan.arrival;
  const objects = instances === 1 ? '1 object' : `${instances} objects`;
  const size = `${objects}, ${(byteLength / 1e6).toFixed(1)} MB`;
  return step('scan', 'Test scan received', 'done', [size], lastAt);
}

function matched({ scan, header }: Evidence): CheckStep {
  const name = 'Device profile matched';
  const reading = scan?.reading;
  if (reading === undefined) return step('profile', name, 'open', waits(scan));
  const device = header === undefined ? [] : [`${header.manufacturer} ${header.model}`];
  const state = reading.device.startsWith('matched') ? 'done' : 'failed';
  return step('profile', name, state, [...device, reading.device]);
}

function plausible({ scan, report }: Evidence): CheckStep {
  const name = 'Geometry plausible';
  const reading = scan?.reading;
  if (reading === undefined) return step('geometry', name, 'open', waits(scan));
  const troubles = reading.decision.split(', ').filter((one) => GEOMETRY_REASONS.includes(one));
  const lines = report?.steps ?? [];
  if (troubles.length > 0 || reading.laterality === undefined) {
    const why = report?.reasons.map((reason) => `${reason.name}: ${reason.detail}`) ?? troubles;
    return step('geometry', name, 'failed', [...why, ...lines]);
  }
  const eye = reading.laterality === 'R' ? 'right' : 'left';
  return step('geometry', name, 'done', [
    `${reading.frames ?? '?'} B-scans of the ${eye} eye; compare with what the scanner shows`,
    ...lines,
  ]);
}

function delivered({ scan }: Evidence): CheckStep {
  const name = 'Result delivered';
  if (scan?.reading === undefined) return step('delivered', name, 'open', waits(scan));
  const { stage, detail } = stageOf(scan);
  if (stage === 'delivered' || stage === 'committed') {
    return step('delivered', name, 'done', [
      `${scan.deliveries.length} objects to ${detail}: ${scan.reading.decision}`,
    ]);
  }
  return stage === 'read'
    ? step('delivered', name, 'failed', ['no destination is configured: add one under Network'])
    : step('delivered', name, stage === 'delivering' ? 'open' : 'failed', [`${stage}: ${detail}`]);
}

function seen({ words, scan }: Evidence): CheckStep {
  const name = 'PACS shows it';
  const word = words.find((one) => one.step === SEEN_IN_PACS);
  // A word about an earlier scan says nothing of this one.
  if (word === undefined || (scan && word.at < scan.arrival.lastAt)) {
    return step(SEEN_IN_PACS, name, 'open', [
      'open the study in the PACS: report and segmentation must be in it, at the right eye',
    ]);
  }
  const note = word.note === '' ? [] : [word.note];
  return step(SEEN_IN_PACS, name, 'done', [`seen by ${word.who}`, ...note], word.at);
}

function waits(scan: ScanRecord | undefined): readonly string[] {
  return scan === undefined ? ['waits for a test scan'] : [stageOf(scan).stage];
}
