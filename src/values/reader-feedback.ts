import { REFERRAL_CLASSES, type PathologyName, type ReferralClass } from './referral-class.js';
import type { ReadScan } from './scan-figures.js';

/** What a reader says of a decision, each with what it means; 'under' and 'over' are of the node, not of the reader. */
export const VERDICTS = {
  agree: 'the decision is right; of a scan that was not assessed: rightly so',
  'over-referred': 'the node made it more urgent than it is (false positive)',
  'under-referred': 'the node made it less urgent than it is (false negative)',
  'not-assessable': 'the node gave a class, and nobody could read this scan',
  assessable: 'the node gave no class, and the scan can be read',
} as const;
export type Verdict = keyof typeof VERDICTS;

/** Why a decision was not right, by code. A closed table: free text could hold a name. */
export const FEEDBACK_REASONS = {
  'lesion-missed': 'A lesion or fluid that is there was not found',
  'lesion-invented': 'A lesion or fluid was found that is not there',
  'lesion-confused': 'A lesion was found and taken for another kind',
  'extent-wrong': 'The right lesion was found, much too large or too small',
  'old-disease': 'What was found is old and does not need what was said',
  'coexisting-disease': 'Another disease of the eye changed the picture',
  'myopia-or-shape': 'High myopia, staphyloma or another shape of the eye',
  'image-quality': 'Low signal, shadow or blur misled the networks',
  artefact: 'Blink, motion, clipping or mirror artefact misled the networks',
  'off-centre': 'The scan does not show the place that matters',
  'wrong-device-profile': 'The scan was read with the wrong geometry or device profile',
  'local-policy': 'The findings are right; this site refers them otherwise',
  'other-sources': 'Known from fundus picture, history or examination alone',
  other: 'None of the other reasons',
} as const;
export type FeedbackReason = keyof typeof FEEDBACK_REASONS;

/** What one reader says of one decision. */
export interface Feedback {
  readonly verdict: Verdict;
  /** The right class; absent where the verdict is that there is none. */
  readonly referral?: ReferralClass | undefined;
  /** What the eye has, where the reader says. */
  readonly pathologies?: readonly PathologyName[] | undefined;
  /** Asked for with every verdict but 'agree'. */
  readonly reason?: FeedbackReason | undefined;
  /** The reader, by a login or number of the site. */
  readonly reader: string;
}

export interface RecordedFeedback extends Feedback {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A scan with what readers said of its decision, in the order in which they said it. */
export interface JudgedScan {
  readonly scan: ReadScan;
  readonly feedback: readonly RecordedFeedback[];
}

/** A login or a staff number: no space, so no name and first name. */
export const READER = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,31}$/;

/** The class of a decision on record; `undefined`: it was not assessed. */
export function decidedClass(decision: string): ReferralClass | undefined {
  return REFERRAL_CLASSES.find((name) => name === decision);
}

/** The verdict that follows from what was decided and what is right; `undefined`: no class. */
export function verdictOn(
  decided: ReferralClass | undefined,
  right: ReferralClass | undefined,
): Verdict {
  if (decided === right) return 'agree';
  if (right === undefined) return 'not-assessable';
  if (decided === undefined) return 'assessable';
  const later = REFERRAL_CLASSES.indexOf(decided) > REFERRAL_CLASSES.indexOf(right);
  return later ? 'under-referred' : 'over-referred';
}

/**
 * What is wrong with a feedback, in words; `undefined`: nothing. A verdict that its own class contradicts is refused,
 * because the words are easily swapped and the two tables of errors would be swapped with them.
 */
export function feedbackProblem(decision: string, feedback: Feedback): string | undefined {
  const { verdict, referral, reason, reader } = feedback;
  if (!READER.test(reader)) {
    return 'the reader is a login or a number: letters, digits, . _ @ - and no space, at most 32';
  }
  const decided = decidedClass(decision);
  const right = verdict === 'agree' ? (referral ?? decided) : referral;
  const follows = verdictOn(decided, right);
  if (follows !== verdict) {
    return `the node decided ${decided ?? 'nothing'}, and with ${right ?? 'no class'} as the right one that is '${follows}', not '${verdict}'`;
  }
  if (verdict !== 'agree' && reason === undefined) {
    return `'${verdict}' needs a reason: ${Object.keys(FEEDBACK_REASONS).join(', ')}`;
  }
  return undefined;
}
