import type { Acquisition } from './acquisition.js';

/** What a stored instance turned out to be. `reason` is for the operator: no patient data. */
export type AssemblyOutcome =
  | { readonly kind: 'acquisition'; readonly acquisition: Acquisition; readonly reason: string }
  /** May become part of a scan, but not yet, or not by this version. */
  | { readonly kind: 'incomplete'; readonly reason: string }
  /** Kept as received; nothing is made of it. */
  | { readonly kind: 'not-input'; readonly reason: string };
