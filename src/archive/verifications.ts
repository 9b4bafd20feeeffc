import { recordEvent } from './events.js';
import type { Ledger } from './ledger/ledger.js';

/** A delivered object that its destination is to be asked for. */
export interface ClaimedVerification {
  /** Of the delivery. */
  readonly id: number;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  /** This attempt, counted from 1. */
  readonly attempt: number;
}

export type VerificationSettlement = { readonly id: number } & (
  | { readonly state: 'verified' }
  | { readonly state: 'wanted'; readonly nextAttemptAt: number; readonly reason: string }
  | { readonly state: 'failed'; readonly reason: string }
);

/** So many objects are asked for at one time. */
const MOST_OBJECTS = 100;

/**
 * Delivered is what a destination answered Success to; verified what it shows to hold when asked by a query. A question
 * that was cut off by a stop of the node is asked again: it changes nothing there.
 */
export class Verifications {
  constructor(
    private readonly ledger: Ledger,
    private readonly now: () => number,
  ) {}

  async destinationsDue(): Promise<readonly string[]> {
    return (await this.dueQuery(this.now()).execute()).map(({ destination }) => destination);
  }

  /** The query of `destinationsDue`, for the test of its plan. */
  dueQuery(at: number) {
    return this.ledger.reader
      .selectFrom('delivery')
      .select('destination')
      .distinct()
      .where('verification', '=', 'wanted')
      .where('verification_due_at', '<=', at);
  }

  /** When the next is due after now (ms since 1970). */
  async nextDueAt(): Promise<number | undefined> {
    const row = await this.ledger.reader
      .selectFrom('delivery')
      .select(({ fn }) => fn.min('verification_due_at').as('at'))
      .where('verification', '=', 'wanted')
      .where('verification_due_at', '>', this.now())
      .executeTakeFirst();
    return row?.at ?? undefined;
  }

  /** What is due of a destination; the attempt counts from now on. */
  claim(destination: string): Promise<readonly ClaimedVerification[]> {
    return this.ledger.write(async (tx) => {
      const rows = await tx
        .selectFrom('delivery')
        .innerJoin('result', 'result.sop_instance_uid', 'delivery.result_sop_instance_uid')
        .select([
          'delivery.id',
          'delivery.verification_attempts',
          'result.sop_class_uid',
          'result.sop_instance_uid',
          'result.series_instance_uid',
          'result.study_instance_uid',
        ])
        .where('delivery.verification', '=', 'wanted')
        .where('delivery.destination', '=', destination)
        .where('delivery.verification_due_at', '<=', this.now())
        .orderBy('delivery.id')
        .limit(MOST_OBJECTS)
        .execute();
      if (rows.length === 0) return [];
      await tx
        .updateTable('delivery')
        .set(({ eb }) => ({ verification_attempts: eb('verification_attempts', '+', 1) }))
        .where(
          'id',
          'in',
          rows.map(({ id }) => id),
        )
        .execute();
      return rows.map((row) => ({
        id: row.id,
        sopClassUid: row.sop_class_uid,
        sopInstanceUid: row.sop_instance_uid,
        seriesInstanceUid: row.series_instance_uid,
        studyInstanceUid: row.study_instance_uid,
        attempt: row.verification_attempts + 1,
      }));
    });
  }

  /** Puts answers on record, in one transaction. */
  settle(settlements: readonly VerificationSettlement[]): Promise<void> {
    return this.ledger.write(async (tx) => {
      for (const settlement of settlements) {
        const { id, state } = settlement;
        const reason = state === 'verified' ? null : settlement.reason;
        const row = await tx
          .updateTable('delivery')
          .set({
            verification: state,
            verification_reason: reason,
            ...(state === 'wanted' && { verification_due_at: settlement.nextAttemptAt }),
          })
          .where('id', '=', id)
          .where('verification', '=', 'wanted')
          .returning(['result_sop_instance_uid', 'destination', 'verification_attempts'])
          .executeTakeFirst();
        if (row === undefined || state === 'wanted') continue;
        await recordEvent(tx, this.now(), {
          subjectKind: 'result',
          subjectUid: row.result_sop_instance_uid,
          what: state === 'verified' ? 'verified' : 'verification-failed',
          reason: reason ?? undefined,
          detail: { destination: row.destination, attempt: row.verification_attempts },
        });
      }
    });
  }
}
