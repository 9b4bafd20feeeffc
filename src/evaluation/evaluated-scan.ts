import type { Likeness } from '../values/findings.js';
import type { QualityReport } from '../values/quality-report.js';
import type { PathologyName, ReferralClass } from '../values/referral-class.js';
import type { OverlapOf } from './overlap.js';
import type { SurfaceError } from './surface-error.js';

/** One scan, read as the product reads it and compared with its truth: figures only, no voxels, no patient. */
export interface EvaluatedScan {
  /** As the table of the truth names it. */
  readonly name: string;
  /** Id of the device profile; 'none' where no profile matched. */
  readonly device: string;
  readonly quality: {
    readonly grade: QualityReport['grade'] | 'not measured';
    /** Codes of the criteria that were not met. */
    readonly failed: readonly string[];
  };
  readonly truth: {
    readonly referral?: ReferralClass;
    readonly pathologies?: readonly PathologyName[];
  };
  /** null: not assessed. */
  readonly decision: ReferralClass | null;
  /** The same by each operating point of the model set; null: not assessed. */
  readonly decisions?: Readonly<Record<string, ReferralClass | null>>;
  /** Rules that fired, or the reasons why there is no decision. */
  readonly because: string;
  /** Codes of the reasons why there is no decision. */
  readonly reasons: readonly string[];
  /** One row for each of the N × M predictions; empty where the networks were not asked. */
  readonly predictions: readonly (readonly number[])[];
  readonly pathologies?: Readonly<Record<PathologyName, number>>;
  readonly likeness?: Likeness;
  /** nl on which the segmentation members differ. */
  readonly disagreementNl?: number;
  /** The scan was refused before inference, and segmented for this measurement alone. */
  readonly segmentedAnyway: boolean;
  readonly tissues: readonly OverlapOf[];
  readonly surfaces: readonly SurfaceError[];
  /** Wall clock of quality, inference and decision. */
  readonly seconds: number;
}

/** What stands in the list of what went wrong. */
export type Verdict = 'right' | 'under-referred' | 'over-referred' | 'not assessed' | 'no truth';
