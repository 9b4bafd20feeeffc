import type { StoredInstance } from './stored-instance.js';

/**
 * Why an acquisition counts as complete, in the order of trust: what the objects say, what the device's profile
 * expects, that the sender has asked for commitment or said goodbye, and last that nothing more came.
 */
export type CompletenessReason =
  | 'all-frames-in-one-object'
  | 'concatenation-complete'
  | 'expected-frames'
  | 'commitment-requested'
  | 'association-released'
  | 'quiet-time';

/** One OCT scan of one eye: the instances that make its volume. */
export interface Acquisition {
  /** Stable: derived from the UIDs of its volume's instances, or of what its parts have in common. */
  readonly id: string;
  readonly studyInstanceUid: string;
  /** In the order of the frames. */
  readonly instances: readonly StoredInstance[];
  readonly completeBecause: CompletenessReason;
  /** Counts from 1; a late instance or a replay makes the next revision. */
  readonly revision: number;
}
