import { PATHOLOGIES, REFERRAL_CLASSES } from '../values/referral-class.js';
import type { PathologyName, ReferralClass } from '../values/referral-class.js';
import type { EvaluatedScan, Verdict } from './evaluated-scan.js';
import { areaUnderCurve, bootstrappedArea, calibrate, rocCurve, share } from './statistics.js';
import type { Calibration, Estimate, RocPoint } from './statistics.js';

/** Last column of the confusion: no decision. */
export const NOT_ASSESSED = 'not assessed';
export const DECISIONS = [...REFERRAL_CLASSES, NOT_ASSESSED] as const;

export interface ReferralMeasures {
  /** Scans with a true referral. */
  readonly scans: number;
  /** Rows: the truth; columns: DECISIONS. */
  readonly confusion: readonly (readonly number[])[];
  readonly notAssessed: Estimate | null;
  /** Of the scans with a decision: how many have another class than is true. */
  readonly error: Estimate | null;
  readonly underReferred: number;
  readonly overReferred: number;
  /** Of the scans that the networks were asked about: how often the likeliest class is not the true one. */
  readonly errorOfLikeliest: Estimate | null;
  /** Of the truly urgent with a decision: decided as urgent. Of the others: not. */
  readonly urgentSensitivity: Estimate | null;
  readonly urgentSpecificity: Estimate | null;
  /** Mean cost of a decision under the cost matrix; what is not assessed costs nothing here. */
  readonly meanCost: number | null;
}

type WithTruth = EvaluatedScan & { readonly truth: { readonly referral: ReferralClass } };

export function hasReferral(scan: EvaluatedScan): scan is WithTruth {
  return scan.truth.referral !== undefined;
}

export function verdictOf({ truth, decision }: EvaluatedScan): Verdict {
  if (truth.referral === undefined) return 'no truth';
  if (decision === null) return 'not assessed';
  const by = REFERRAL_CLASSES.indexOf(decision) - REFERRAL_CLASSES.indexOf(truth.referral);
  return by === 0 ? 'right' : by > 0 ? 'under-referred' : 'over-referred';
}

export function measureReferral(
  all: readonly EvaluatedScan[],
  costs: readonly (readonly number[])[],
): ReferralMeasures {
  const scans = all.filter(hasReferral);
  const confusion = REFERRAL_CLASSES.map(() => DECISIONS.map(() => 0));
  let cost = 0;
  for (const { truth, decision } of scans) {
    const row = REFERRAL_CLASSES.indexOf(truth.referral);
    const column = DECISIONS.indexOf(decision ?? NOT_ASSESSED);
    confusion[row]![column]!++;
    cost += costs[row]![column] ?? 0;
  }
  const decided = scans.filter(({ decision }) => decision !== null);
  const count = (which: Verdict) => scans.filter((scan) => verdictOf(scan) === which).length;
  const asked = scans.filter(({ predictions }) => predictions.length > 0);
  const urgent = decided.filter(({ truth }) => truth.referral === 'urgent');
  const others = decided.filter(({ truth }) => truth.referral !== 'urgent');
  const called = (some: readonly WithTruth[]) =>
    some.filter(({ decision }) => decision === 'urgent').length;
  return {
    scans: scans.length,
    confusion,
    notAssessed: share(scans.length - decided.length, scans.length),
    error: share(count('under-referred') + count('over-referred'), decided.length),
    underReferred: count('under-referred'),
    overReferred: count('over-referred'),
    errorOfLikeliest: share(asked.filter((scan) => !isLikeliest(scan)).length, asked.length),
    urgentSensitivity: share(called(urgent), urgent.length),
    urgentSpecificity: share(others.length - called(others), others.length),
    meanCost: decided.length === 0 ? null : cost / decided.length,
  };
}

/** Mean probability of each class over the predictions. */
export function meanPrediction({ predictions }: Pick<EvaluatedScan, 'predictions'>): number[] {
  return REFERRAL_CLASSES.map(
    (_, i) => predictions.reduce((sum, row) => sum + row[i]!, 0) / predictions.length,
  );
}

function isLikeliest(scan: WithTruth, row: readonly number[] = meanPrediction(scan)): boolean {
  return row.indexOf(Math.max(...row)) === REFERRAL_CLASSES.indexOf(scan.truth.referral);
}

/** How well one class is told from all others. */
export interface Discrimination {
  readonly name: ReferralClass | PathologyName;
  readonly positives: number;
  readonly negatives: number;
  readonly area: Estimate | null;
  readonly curve: readonly RocPoint[];
}

export function discriminateReferrals(all: readonly EvaluatedScan[]): readonly Discrimination[] {
  const scans = all.filter(hasReferral).filter(({ predictions }) => predictions.length > 0);
  return REFERRAL_CLASSES.map((name, i) =>
    discriminate(
      name,
      scans.map((scan) => ({
        score: meanPrediction(scan)[i]!,
        positive: scan.truth.referral === name,
      })),
    ),
  );
}

export function discriminatePathologies(all: readonly EvaluatedScan[]): readonly Discrimination[] {
  const scans = all.filter(({ truth }) => truth.pathologies !== undefined);
  return PATHOLOGIES.map(({ name }) =>
    discriminate(
      name,
      scans.flatMap(({ truth, pathologies }) =>
        pathologies === undefined
          ? []
          : [{ score: pathologies[name], positive: truth.pathologies!.includes(name) }],
      ),
    ),
  );
}

function discriminate(
  name: Discrimination['name'],
  cases: readonly { readonly score: number; readonly positive: boolean }[],
): Discrimination {
  const positives = cases.filter(({ positive }) => positive).length;
  const area = bootstrappedArea(cases);
  const negatives = cases.length - positives;
  return { name, positives, negatives, area, curve: area === null ? [] : rocCurve(cases) };
}

/** Is the likeliest class as often right as its probability says? */
export function calibrateReferrals(all: readonly EvaluatedScan[]): Calibration | null {
  return calibrate(
    all
      .filter(hasReferral)
      .filter(({ predictions }) => predictions.length > 0)
      .map((scan) => ({
        score: Math.max(...meanPrediction(scan)),
        positive: isLikeliest(scan),
      })),
  );
}

/** The mean of all predictions against each prediction alone, by the likeliest class. */
export interface EnsembleMeasures {
  readonly predictions: number;
  readonly errorOfEnsemble: number;
  readonly errorOfMembers: readonly number[];
  readonly urgentAreaOfEnsemble: number | null;
  readonly urgentAreaOfMembers: readonly (number | null)[];
}

/** null where a single prediction is all there is, or scans were read with different numbers of members. */
export function measureEnsemble(all: readonly EvaluatedScan[]): EnsembleMeasures | null {
  const scans = all.filter(hasReferral).filter(({ predictions }) => predictions.length > 0);
  const predictions = scans[0]?.predictions.length ?? 0;
  if (predictions < 2 || scans.some((scan) => scan.predictions.length !== predictions)) return null;
  const error = (row: (scan: WithTruth) => readonly number[]) =>
    scans.filter((scan) => !isLikeliest(scan, row(scan))).length / scans.length;
  const area = (row: (scan: WithTruth) => readonly number[]) =>
    areaUnderCurve(
      scans.map((scan) => ({ score: row(scan)[0]!, positive: scan.truth.referral === 'urgent' })),
    );
  const members = Array.from(
    { length: predictions },
    (_, i) => (scan: WithTruth) => scan.predictions[i]!,
  );
  return {
    predictions,
    errorOfEnsemble: error(meanPrediction),
    errorOfMembers: members.map(error),
    urgentAreaOfEnsemble: area(meanPrediction),
    urgentAreaOfMembers: members.map(area),
  };
}
