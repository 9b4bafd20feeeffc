import type { Acquisition } from './acquisition.js';
import type { StoredInstance } from './stored-instance.js';

/** What a stored instance turned out to be. `reason` is for the operator: no patient data. */
export type AssemblyOutcome =
  | { readonly kind: 'acquisition'; readonly acquisition: Acquisition; readonly reason: string }
  /** One of the instances of a scan; `group` is equal for all of them and for no other scan. */
  | { readonly kind: 'part'; readonly group: string; readonly reason: string }
  /** Kept as received; nothing is made of it. */
  | { readonly kind: 'not-input'; readonly reason: string };

/** An instance of a scan in parts, as it is on record. */
export interface StoredPart {
  readonly instance: StoredInstance;
  /** The association that brought it. */
  readonly associationId: string;
}

/** A scan in parts of which an instance has come that is in no acquisition yet, with all its instances. */
export interface OpenGroup {
  readonly group: string;
  readonly parts: readonly StoredPart[];
}
