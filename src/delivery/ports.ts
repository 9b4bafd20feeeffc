import type { ResultKind } from '../values/result-kinds.js';
import type { ErrorClass, SendOutcome } from './outcome-table.js';

/** One object in hand for one destination. */
export interface ClaimedDelivery {
  readonly id: number;
  readonly path: string;
  readonly dataSetOffset: number;
  /** Length in bytes of the file. */
  readonly byteLength: number;
  readonly kind: ResultKind;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** This attempt, counted from 1. */
  readonly attempt: number;
  /** Earlier attempts that ended without a response. */
  readonly ambiguousAttempts: number;
  /** It goes in the place of another kind of object already. */
  readonly isFallback: boolean;
}

/** How one attempt ended, to be put on record. */
export type Settlement = {
  readonly id: number;
  readonly status?: number | undefined;
  readonly comment?: string | undefined;
} & (
  | {
      readonly state: 'delivered';
      readonly commitment?: boolean;
      readonly verification?: 'wanted' | 'verified';
    }
  | { readonly state: 'pending'; readonly errorClass: ErrorClass; readonly nextAttemptAt: number }
  | {
      readonly state: 'failed';
      readonly errorClass: ErrorClass;
      readonly cause: string;
      /** The kind of object to send once in its place. */
      readonly fallback?: ResultKind;
    }
);

/** The outbox as the archive keeps it. */
export interface OutboxPort {
  /** Takes all due objects of one study for this destination, in their order; empty where nothing is due. */
  claim(destination: string): Promise<readonly ClaimedDelivery[]>;
  /** Milliseconds since 1970. */
  nextDueAt(destination: string): Promise<number | undefined>;
  settle(settlements: readonly Settlement[]): Promise<void>;
  /** The destination answers again: what waits because of it is due now. */
  hasten(destination: string): Promise<number>;
}

/** What a query needs to name an object of ours at a destination. */
export type HeldObject = Pick<
  ClaimedDelivery,
  'sopClassUid' | 'sopInstanceUid' | 'seriesInstanceUid' | 'studyInstanceUid'
>;

/** Asks a destination which of these objects it holds: their SOP Instance UIDs. Rejects where it does not answer. */
export type Query<Destination> = (
  destination: Destination,
  objects: readonly HeldObject[],
) => Promise<ReadonlySet<string>>;

/** Sends objects over one association; the outcomes come in the order of the objects. */
export type Send<Destination> = (
  destination: Destination,
  instances: readonly ClaimedDelivery[],
) => Promise<readonly SendOutcome[]>;
