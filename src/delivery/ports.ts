import type { ErrorClass, SendOutcome } from './outcome-table.js';

/** One object in hand for one destination. */
export interface ClaimedDelivery {
  readonly id: number;
  readonly path: string;
  readonly dataSetOffset: number;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** This attempt, counted from 1. */
  readonly attempt: number;
  /** Earlier attempts that ended without a response. */
  readonly ambiguousAttempts: number;
}

/** How one attempt ended, to be put on record. */
export type Settlement = {
  readonly id: number;
  readonly status?: number | undefined;
  readonly comment?: string | undefined;
} & (
  | { readonly state: 'delivered'; readonly commitment?: boolean }
  | { readonly state: 'pending'; readonly errorClass: ErrorClass; readonly nextAttemptAt: number }
  | { readonly state: 'failed'; readonly errorClass: ErrorClass }
);

/** The outbox as the archive keeps it. */
export interface OutboxPort {
  /** Takes all due objects of one study for this destination, in their order; empty where nothing is due. */
  claim(destination: string): Promise<readonly ClaimedDelivery[]>;
  /** Milliseconds since 1970. */
  nextDueAt(destination: string): Promise<number | undefined>;
  settle(settlements: readonly Settlement[]): Promise<void>;
}

/** Sends objects over one association; the outcomes come in the order of the objects. */
export type Send<Destination> = (
  destination: Destination,
  instances: readonly ClaimedDelivery[],
) => Promise<readonly SendOutcome[]>;
