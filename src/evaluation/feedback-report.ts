import { decidedClass, verdictOn } from '../values/reader-feedback.js';
import type {
  FeedbackReason,
  JudgedScan,
  RecordedFeedback,
  Verdict,
} from '../values/reader-feedback.js';
import type { PathologyName, ReferralClass } from '../values/referral-class.js';
import type { ReadScan } from '../values/scan-figures.js';
import { share, type Estimate } from './statistics.js';

/** A scan on which all readers who judged it agree. */
export interface SettledScan {
  readonly scan: ReadScan;
  /** `undefined`: nobody can read it. */
  readonly right: ReferralClass | undefined;
  readonly pathologies: readonly PathologyName[] | undefined;
  readonly reason: FeedbackReason | undefined;
  readonly readers: readonly string[];
  readonly verdict: Verdict;
}

/** One wrong decision, with everything that may have made it wrong; no patient. */
export interface WrongDecision {
  /** SOP Instance UID of the scan. */
  readonly scan: string;
  readonly decision: string;
  readonly right: ReferralClass | null;
  readonly reason: FeedbackReason | null;
  readonly callingAeTitle: string;
  /** Id of the device profile. */
  readonly device: string;
  readonly grade: string | null;
  readonly failedCriteria: readonly string[];
  /** Share of the tissue in which a segmentation member contradicts the majority; null with a single member. */
  readonly disagreement: number | null;
  readonly disagreementNl: number | null;
  /** From the training scans; null where the model set does not say. */
  readonly distance: number | null;
  readonly readers: readonly string[];
}

export interface WrongDecisions {
  readonly scans: readonly WrongDecision[];
  /** The most frequent first. */
  readonly reasons: readonly { readonly reason: FeedbackReason; readonly count: number }[];
}

export interface FeedbackReport {
  /** Scans on which the readers agree with each other. */
  readonly scans: number;
  readonly agreed: number;
  /** Under-referred: less urgent than it is. */
  readonly falseNegatives: WrongDecisions;
  /** Over-referred: more urgent than it is. */
  readonly falsePositives: WrongDecisions;
  /** Given a class, and nobody can read it; given none, and it can be read. */
  readonly notAssessable: WrongDecisions;
  readonly assessable: WrongDecisions;
  /** Of the scans with a class by the node and by the readers. */
  readonly underReferred: Estimate | null;
  readonly overReferred: Estimate | null;
  /** SOP Instance UIDs of scans whose readers contradict each other: they count nowhere until one changes the mind. */
  readonly contested: readonly string[];
}

/** The last word of each reader on the newest revision of each scan, where all say the same. */
export function settle(all: readonly JudgedScan[]): {
  readonly settled: readonly SettledScan[];
  readonly contested: readonly string[];
} {
  const newest = new Map<string, JudgedScan>();
  for (const one of all) {
    const known = newest.get(one.scan.acquisitionId);
    if (known === undefined || known.scan.revision < one.scan.revision) {
      newest.set(one.scan.acquisitionId, one);
    }
  }
  const settled: SettledScan[] = [];
  const contested: string[] = [];
  for (const { scan, feedback } of newest.values()) {
    const words = lastWords(feedback);
    const [first] = words;
    if (first === undefined) continue;
    if (words.some(({ referral }) => referral !== first.referral)) {
      contested.push(scan.sopInstanceUid);
      continue;
    }
    const latest = words.toSorted((a, b) => b.id - a.id);
    settled.push({
      scan,
      right: first.referral,
      pathologies: latest.find(({ pathologies }) => pathologies !== undefined)?.pathologies,
      reason: latest.find(({ reason }) => reason !== undefined)?.reason,
      readers: words.map(({ reader }) => reader),
      verdict: verdictOn(decidedClass(scan.decision), first.referral),
    });
  }
  return { settled, contested };
}

function lastWords(feedback: readonly RecordedFeedback[]): readonly RecordedFeedback[] {
  return [...new Map(feedback.map((one) => [one.reader, one])).values()];
}

/** Every false negative and false positive with what may explain it, and how often each reason was given. */
export function feedbackReport(all: readonly JudgedScan[]): FeedbackReport {
  const { settled, contested } = settle(all);
  const having = (verdict: Verdict) => settled.filter((one) => one.verdict === verdict);
  const under = having('under-referred');
  const over = having('over-referred');
  const withClasses = settled.filter(
    ({ scan, right }) => right !== undefined && decidedClass(scan.decision) !== undefined,
  );
  return {
    scans: settled.length,
    agreed: having('agree').length,
    falseNegatives: tableOf(under),
    falsePositives: tableOf(over),
    notAssessable: tableOf(having('not-assessable')),
    assessable: tableOf(having('assessable')),
    underReferred: share(under.length, withClasses.length),
    overReferred: share(over.length, withClasses.length),
    contested,
  };
}

function tableOf(some: readonly SettledScan[]): WrongDecisions {
  const counts = new Map<FeedbackReason, number>();
  for (const { reason } of some) {
    if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const reasons = [...counts].map(([reason, count]) => ({ reason, count }));
  return {
    scans: some.map(({ scan, right, reason, readers }) => ({
      scan: scan.sopInstanceUid,
      decision: scan.decision,
      right: right ?? null,
      reason: reason ?? null,
      callingAeTitle: scan.callingAeTitle,
      device: scan.profile,
      grade: scan.grade ?? null,
      failedCriteria: scan.failedCriteria,
      disagreement: scan.measures['disagreement'] ?? null,
      disagreementNl: scan.disagreementNl ?? null,
      distance: scan.measures['distance'] ?? null,
      readers,
    })),
    reasons: reasons.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
  };
}

/**
 * What the readers say as the table of the truth that `octriage evaluate --truth` takes: scans on which they agree, by
 * SOP Instance UID. A scan that nobody can read has no row: it has no true class.
 */
export function feedbackLabels(all: readonly JudgedScan[]): string {
  const rows = settle(all).settled.flatMap(({ scan, right, pathologies = [] }) =>
    right === undefined ? [] : [`${scan.sopInstanceUid},${right},${pathologies.join('+')}`],
  );
  return ['scan,referral,pathologies', ...rows, ''].join('\n');
}
