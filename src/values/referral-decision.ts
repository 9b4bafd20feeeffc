import type { NotAssessedReason } from './not-assessed-reason.js';
import type { ReferralClass } from './referral-class.js';

/** What the scan's eye needs, or why this node does not say. */
export type ReferralDecision =
  | {
      readonly kind: 'assessed';
      readonly referral: ReferralClass;
      /** Mean probability per class, in the order of REFERRAL_CLASSES. */
      readonly probabilities: readonly number[];
      /** Standard deviation over the ensemble's predictions per class; zeros for a single prediction. */
      readonly spread: readonly number[];
      /** Id and version of the cost matrix that was applied. */
      readonly costMatrix: string;
      /** Rules that fired, in words. */
      readonly because: string;
    }
  | { readonly kind: 'not-assessed'; readonly reasons: readonly NotAssessedReason[] };
