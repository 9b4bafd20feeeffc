/**
 * How often the drift monitor alarms where nothing drifts, for decision 45: devices whose scans all come from one
 * distribution. Rank tests ask nothing of its shape, so uniform draws stand for any; independent measures are the worst case.
 *
 *   node --import tsx models/evaluation/drift-false-alarms.ts [DEVICES [SCANS]]
 */
import { Random } from '../../fixtures/phantom/random.js';
import { DRIFT_RULE, driftOf } from '../../src/evaluation/drift.js';
import type { ReadScan } from '../../src/values/scan-figures.js';
import { REFERRAL_CLASSES } from '../../src/values/referral-class.js';

const [devices = 200, scans = 1000] = process.argv.slice(2).map(Number);
/** 11 quality criteria, 2 ends of the histogram, 12 statistics, distance, disagreement. */
const MEASURES = Array.from({ length: 27 }, (_, i) => `m${i}`);
const NO_LIMITS = { maximumDistance: null, maximumDisagreement: 1 };
/** As often as the phantoms' rule makes each class, roughly; one scan in ten is not assessed. */
const DECISIONS = [...REFERRAL_CLASSES, ...REFERRAL_CLASSES, 'routine', 'not-assessed'];

let withAlarm = 0;
let alarms = 0;
let looks = 0;
for (let device = 0; device < devices; device++) {
  const random = new Random(device, 'drift');
  const drawn: ReadScan[] = Array.from({ length: scans }, (_, i) => ({
    acquisitionId: `${i}`,
    revision: 1,
    sopInstanceUid: `${i}`,
    callingAeTitle: 'DEVICE',
    profile: 'device',
    modelSet: '',
    readAt: i,
    grade: 'excellent',
    failedCriteria: [],
    decision: random.choose(DECISIONS),
    measures: Object.fromEntries(MEASURES.map((name) => [name, random.uniform(0, 1)])),
  }));
  const reference = drawn.slice(0, DRIFT_RULE.reference);
  let standing = false;
  let any = false;
  for (let end = DRIFT_RULE.reference + DRIFT_RULE.window; end <= scans; end++) {
    const { drifts } = driftOf(reference, drawn.slice(end - DRIFT_RULE.window, end), NO_LIMITS);
    looks++;
    if (drifts.length > 0 && !standing) alarms++;
    standing = drifts.length > 0;
    any ||= standing;
  }
  if (any) withAlarm++;
}
console.log(
  `${devices} devices of ${scans} scans: ${alarms} alarms in ${looks} looks; ${withAlarm} devices with one`,
);
