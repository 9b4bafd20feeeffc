import type { Findings, Likeness } from '../values/findings.js';
import type { NotAssessedReason, NotAssessedReasonName } from '../values/not-assessed-reason.js';
import type { QualityReport } from '../values/quality-report.js';
import { REFERRAL_CLASSES } from '../values/referral-class.js';
import type { ReferralClass } from '../values/referral-class.js';
import type { ReferralDecision } from '../values/referral-decision.js';
import type { CostMatrix } from './cost-matrix.js';

/** When the networks' answer is not turned into a referral; part of the model set's manifest. Shares, 0 to 1. */
export interface ReferralThresholds {
  /** A-scans with a retina. */
  readonly minimumRetinaShare: number;
  /** Mean probability of the likeliest class. */
  readonly minimumTopProbability: number;
  /** Standard deviation, over the predictions, of any class's probability. */
  readonly maximumSpread: number;
  /** From this probability of choroidal neovascularisation on, 'observation only' is out of the question. */
  readonly cnvSafetyNet: number;
  /** Distance of the scan's statistics from the training scans', in their own spread. */
  readonly maximumDistance: number;
  /** Tissue in which a segmentation member contradicts the majority. */
  readonly maximumDisagreement: number;
}

export interface ReferralEvidence {
  readonly quality: QualityReport;
  /** Absent where the quality forbade to ask the networks. */
  readonly findings: Findings | undefined;
  readonly costMatrix: CostMatrix;
  readonly thresholds: ReferralThresholds;
}

/** Softmax in single precision adds up to 1 within this. */
const SUM_TOLERANCE = 1e-3;

/**
 * The referral of one eye: the class of least expected cost, or every reason why this node does not say. Whatever is
 * missing, broken or undecided ends as 'not assessed', never as a class: no failure may read as routine.
 */
export function decide(evidence: ReferralEvidence): ReferralDecision {
  const { findings } = evidence;
  const reasons = qualityReasons(evidence.quality);
  if (findings !== undefined && outputIsValid(findings)) {
    reasons.push(...networkReasons(findings, evidence.thresholds));
    if (reasons.length === 0) return chooseClass(findings, evidence);
  } else if (findings !== undefined || reasons.length === 0) {
    reasons.push(INVALID_OUTPUT);
  }
  return { kind: 'not-assessed', reasons };
}

const INVALID_OUTPUT: NotAssessedReason = {
  name: 'NETWORK_OUTPUT_INVALID',
  detail: 'Probabilities are missing, not numbers, or do not add up to 1.',
};

function qualityReasons(quality: QualityReport): NotAssessedReason[] {
  if (quality.assessable) return [];
  const failed = quality.criteria
    .filter(({ passed }) => !passed)
    .map(({ name, value, threshold, unit }) =>
      `${name} ${value} (threshold ${threshold}) ${unit}`.trim(),
    );
  return [reason('QUALITY_INSUFFICIENT', failed.join('; ') || `grade ${quality.grade}`)];
}

function networkReasons(findings: Findings, thresholds: ReferralThresholds): NotAssessedReason[] {
  const reasons: NotAssessedReason[] = [];
  const { retinaShare, referral } = findings;
  if (retinaShare < thresholds.minimumRetinaShare) {
    reasons.push(
      reason(
        'RETINA_NOT_FOUND',
        `retina in ${percent(retinaShare)} of the A-scans, at least ${percent(thresholds.minimumRetinaShare)} needed`,
      ),
    );
  }
  const top = Math.max(...means(referral));
  if (top < thresholds.minimumTopProbability) {
    reasons.push(
      reason(
        'NETWORKS_DISAGREE',
        `the likeliest class reaches ${percent(top)}, at least ${percent(thresholds.minimumTopProbability)} needed`,
      ),
    );
  }
  const spread = Math.max(...deviations(referral));
  if (spread > thresholds.maximumSpread) {
    reasons.push(
      reason(
        'NETWORKS_DISAGREE',
        `the predictions spread by ${percent(spread)}, at most ${percent(thresholds.maximumSpread)} allowed`,
      ),
    );
  }
  reasons.push(...likenessReasons(findings.likeness, thresholds));
  return reasons;
}

function likenessReasons(
  { distance, disagreement }: Likeness,
  { maximumDistance, maximumDisagreement }: ReferralThresholds,
): NotAssessedReason[] {
  const reasons: NotAssessedReason[] = [];
  if (distance !== null && distance > maximumDistance) {
    reasons.push(
      reason(
        'UNLIKE_TRAINING',
        `brightness and grain are ${distance.toFixed(1)} from those of the training scans, at most ${maximumDistance.toFixed(1)} allowed`,
      ),
    );
  }
  if (disagreement > maximumDisagreement) {
    reasons.push(
      reason(
        'UNLIKE_TRAINING',
        `the tissue maps differ in ${percent(disagreement)} of the tissue, at most ${percent(maximumDisagreement)} allowed`,
      ),
    );
  }
  return reasons;
}

function chooseClass(
  findings: Findings,
  { costMatrix, thresholds }: ReferralEvidence,
): ReferralDecision {
  const probabilities = means(findings.referral);
  const costs = REFERRAL_CLASSES.map((_, decision) =>
    probabilities.reduce((sum, p, truth) => sum + p * costMatrix.costs[truth]![decision]!, 0),
  );
  const cheapest = leastCost(REFERRAL_CLASSES, costs);
  const likeliest = REFERRAL_CLASSES[probabilities.indexOf(Math.max(...probabilities))]!;
  const cnv = findings.pathologies.cnv;
  const caught = cheapest === 'observation-only' && cnv >= thresholds.cnvSafetyNet;
  const referral = caught
    ? leastCost(
        REFERRAL_CLASSES.filter((name) => name !== 'observation-only'),
        costs,
      )
    : cheapest;
  const because = [
    `least expected cost: ${cheapest}`,
    likeliest === cheapest ? undefined : `likeliest class: ${likeliest}`,
    caught
      ? `safety net: CNV ${percent(cnv)} excludes observation-only, so ${referral}`
      : undefined,
  ];
  return {
    kind: 'assessed',
    referral,
    probabilities,
    spread: deviations(findings.referral),
    costMatrix: `${costMatrix.name} ${costMatrix.version} sha256:${costMatrix.sha256.slice(0, 12)}`,
    because: because.filter((sentence) => sentence !== undefined).join('; '),
  };
}

/** The first, so the most urgent, of the classes that cost least. */
function leastCost(classes: readonly ReferralClass[], costs: readonly number[]): ReferralClass {
  const cost = (name: ReferralClass) => costs[REFERRAL_CLASSES.indexOf(name)]!;
  return classes.reduce((best, name) => (cost(name) < cost(best) ? name : best));
}

function outputIsValid({ referral, pathologies, retinaShare, likeness }: Findings): boolean {
  const rowIsValid = (row: readonly number[]) =>
    row.length === REFERRAL_CLASSES.length &&
    row.every(isShare) &&
    Math.abs(row.reduce((sum, p) => sum + p, 0) - 1) <= SUM_TOLERANCE;
  return (
    referral.length > 0 &&
    referral.every(rowIsValid) &&
    Object.values(pathologies).every(isShare) &&
    isShare(retinaShare) &&
    isShare(likeness.disagreement) &&
    (likeness.distance === null || likeness.distance >= 0)
  );
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

function means(rows: readonly (readonly number[])[]): number[] {
  return REFERRAL_CLASSES.map(
    (_, index) => rows.reduce((sum, row) => sum + row[index]!, 0) / rows.length,
  );
}

function deviations(rows: readonly (readonly number[])[]): number[] {
  return means(rows).map((mean, index) =>
    Math.sqrt(rows.reduce((sum, row) => sum + (row[index]! - mean) ** 2, 0) / rows.length),
  );
}

function reason(name: NotAssessedReasonName, detail: string): NotAssessedReason {
  return { name, detail };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
