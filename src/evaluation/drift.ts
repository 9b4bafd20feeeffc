import { decidedClass } from '../values/reader-feedback.js';
import { REFERRAL_CLASSES } from '../values/referral-class.js';
import type { ReadScan } from '../values/scan-figures.js';
import { atLeast, exactShift, rankShift } from './rank-test.js';
import { median } from '../values/median.js';

/**
 * How a device is watched (decision 45): its last scans against its first ones with this model set, measure by measure.
 * `limit` is in standard deviations of the ranks, `probability` the same as a two-sided probability.
 */
export const DRIFT_RULE = {
  reference: 50,
  window: 20,
  limit: 4.5,
  probability: 6.8e-6,
  /** Each of the manifest's two limits lets through 99 % of the scans that they were chosen on. */
  unlikeTraining: 0.02,
} as const;

/** What can drift; a closed vocabulary, and the label of the metric. */
export const DRIFT_KINDS = {
  input: 'the grey values and what the networks are shown of them',
  quality: 'the quality criteria',
  networks: 'distance from the training scans, and disagreement of the networks',
  classes: 'how often each class is decided, or none',
  training: 'how many scans are beyond the limits of the model set',
} as const;
export type DriftKind = keyof typeof DRIFT_KINDS;

export interface Drift {
  readonly kind: DriftKind;
  readonly measure: string;
  /** Median, or share, of the reference and of the last scans. */
  readonly before: number;
  readonly now: number;
}

/** The limits of the model set; `distance` null where it does not say what its training scans were like. */
export interface TrainingLimits {
  readonly maximumDistance: number | null;
  readonly maximumDisagreement: number;
}

export interface DeviceDrift {
  /** 'learning' until there are scans enough to compare. */
  readonly state: 'learning' | 'watched';
  readonly drifts: readonly Drift[];
}

/**
 * What has changed in the scans of one device.
 * @param reference its first scans, at most `DRIFT_RULE.reference`
 * @param window the last scans that came after them, at most `DRIFT_RULE.window`
 */
export function driftOf(
  reference: readonly ReadScan[],
  window: readonly ReadScan[],
  limits: TrainingLimits,
): DeviceDrift {
  const unlike = unlikeTraining(window, limits);
  const enough = reference.length >= DRIFT_RULE.reference && window.length >= DRIFT_RULE.window;
  if (!enough) return { state: 'learning', drifts: unlike };
  const drifts = [
    ...measuresOf([...reference, ...window]).flatMap((measure) =>
      shiftOf(measure, reference, window),
    ),
    ...[...REFERRAL_CLASSES, undefined].flatMap((decision) =>
      classShift(decision, reference, window),
    ),
    ...unlike,
  ];
  return { state: 'watched', drifts };
}

function measuresOf(scans: readonly ReadScan[]): readonly string[] {
  return [...new Set(scans.flatMap(({ measures }) => Object.keys(measures)))].sort();
}

function kindOf(measure: string): DriftKind {
  if (/^Q\d\d$/.test(measure)) return 'quality';
  return measure === 'distance' || measure === 'disagreement' ? 'networks' : 'input';
}

function shiftOf(
  measure: string,
  reference: readonly ReadScan[],
  window: readonly ReadScan[],
): readonly Drift[] {
  const values = (scans: readonly ReadScan[]) =>
    scans.flatMap(({ measures }) => measures[measure] ?? []);
  const before = values(reference);
  const now = values(window);
  if (Math.abs(rankShift(before, now)) <= DRIFT_RULE.limit) return [];
  return [{ kind: kindOf(measure), measure, before: median(before), now: median(now) }];
}

function classShift(
  decision: (typeof REFERRAL_CLASSES)[number] | undefined,
  reference: readonly ReadScan[],
  window: readonly ReadScan[],
): readonly Drift[] {
  const count = (scans: readonly ReadScan[]) =>
    scans.filter((scan) => decidedClass(scan.decision) === decision).length;
  const [before, now] = [count(reference), count(window)];
  const p = exactShift(before, reference.length, now, window.length);
  if (p >= DRIFT_RULE.probability) return [];
  return [
    {
      kind: 'classes',
      measure: decision ?? 'not-assessed',
      before: before / reference.length,
      now: now / window.length,
    },
  ];
}

/** Told from the first scans on: a device may be unlike what the networks know from the beginning. */
function unlikeTraining(
  window: readonly ReadScan[],
  { maximumDistance, maximumDisagreement }: TrainingLimits,
): readonly Drift[] {
  const asked = window.filter(({ measures }) => 'mean' in measures);
  const beyond = asked.filter(
    ({ measures: { distance = 0, disagreement = 0 } }) =>
      (maximumDistance !== null && distance > maximumDistance) ||
      disagreement > maximumDisagreement,
  ).length;
  const expected = DRIFT_RULE.unlikeTraining;
  if (atLeast(beyond, asked.length, expected) >= DRIFT_RULE.probability) return [];
  const now = beyond / asked.length;
  return [{ kind: 'training', measure: 'beyond-limits', before: expected, now }];
}
