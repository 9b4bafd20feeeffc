import type { StoredInstance } from './stored-instance.js';

/** Why an acquisition counts as complete. Content decides; a timer is never the first reason. */
export type CompletenessReason = 'all-frames-in-one-object';

/** One OCT scan of one eye: the instances that make its volume. */
export interface Acquisition {
  /** Stable: derived from the UIDs of its volume's instances. */
  readonly id: string;
  readonly studyInstanceUid: string;
  readonly instances: readonly StoredInstance[];
  readonly completeBecause: CompletenessReason;
  /** Counts from 1; a late instance makes the next revision. */
  readonly revision: number;
}
