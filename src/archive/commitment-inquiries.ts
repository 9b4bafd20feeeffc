import { randomUid } from '../dicom/uid.js';
import type { CommitmentReport, CommitmentRequest } from '../values/storage-commitment.js';
import { recordEvent, type EventName } from './events.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type { CommitmentState } from './ledger/schema.js';

/** One request in hand for one destination. */
export interface ClaimedInquiry extends CommitmentRequest {
  /** The highest count of attempts among its instances, this one included. */
  readonly attempt: number;
}

/** How the request ended, not what the report to it says. */
export type InquirySettlement =
  | { readonly state: 'asked'; readonly reportDueAt: number }
  /** The destination has certainly not taken it. */
  | { readonly state: 'wanted'; readonly nextAttemptAt: number; readonly reason: string }
  | { readonly state: 'failed'; readonly reason: string };

/** So many instances go into one request at most. */
const MOST_INSTANCES = 500;
/** After so many requests to which no report came an object has failed: someone must look at the destination. */
export const MOST_UNREPORTED = 3;

const OPEN: readonly CommitmentState[] = ['wanted', 'asking', 'asked', 'failed'];

/**
 * Storage commitment as SCU: what was delivered and which destinations answer for it. `delivery.commitment` is the
 * state of each object; every request is kept, so that a report is understood however late it comes, or how often.
 */
export class CommitmentInquiries {
  constructor(
    private readonly ledger: Ledger,
    private readonly now: () => number,
  ) {}

  /** Where something is to be asked for, or a report is overdue. */
  async destinationsDue(): Promise<readonly string[]> {
    const wanted = await this.dueQuery('wanted', this.now()).execute();
    const asked = await this.dueQuery('asked', this.now()).execute();
    return [...new Set([...wanted, ...asked].map(({ destination }) => destination))];
  }

  /** The query of `destinationsDue`, for the test of its plan. One state at a time: both at once would be sorted. */
  dueQuery(state: 'wanted' | 'asked', at: number) {
    return this.ledger.reader
      .selectFrom('delivery')
      .select('destination')
      .distinct()
      .where('commitment', '=', state)
      .where('commitment_due_at', '<=', at);
  }

  /** When the next is due after now (ms since 1970). */
  async nextDueAt(): Promise<number | undefined> {
    const row = await this.ledger.reader
      .selectFrom('delivery')
      .select(({ fn }) => fn.min('commitment_due_at').as('at'))
      .where('commitment', 'in', ['wanted', 'asked'])
      .where('commitment_due_at', '>', this.now())
      .executeTakeFirst();
    return row?.at ?? undefined;
  }

  /**
   * Reports that did not come in time are asked for again, and after `MOST_UNREPORTED` requests given up. Returns the
   * SOP Instance UIDs that were given up.
   */
  expire(destination: string): Promise<readonly string[]> {
    return this.ledger.write((tx) => this.expireWithin(tx, destination));
  }

  private async expireWithin(
    tx: LedgerConnection,
    destination: string,
  ): Promise<readonly string[]> {
    const lost: string[] = [];
    const overdue = await tx
      .selectFrom('delivery')
      .select((eb) => [
        'id',
        'result_sop_instance_uid',
        eb
          .selectFrom('commitment_scu_delivery')
          .innerJoin('commitment_scu', (join) =>
            join.onRef(
              'commitment_scu.transaction_uid',
              '=',
              'commitment_scu_delivery.transaction_uid',
            ),
          )
          .select((count) => count.fn.countAll<number>().as('count'))
          .whereRef('commitment_scu_delivery.delivery_id', '=', 'delivery.id')
          .whereRef('commitment_scu.asked_at', '>=', 'delivery.delivered_at')
          .as('unreported'),
      ])
      .where('commitment', '=', 'asked')
      .where('destination', '=', destination)
      .where('commitment_due_at', '<=', this.now())
      .execute();
    for (const { id, result_sop_instance_uid, unreported } of overdue) {
      const asked = unreported ?? 0;
      const givenUp = asked >= MOST_UNREPORTED;
      const reason = 'no report of the destination came in time';
      await tx
        .updateTable('delivery')
        .set({ commitment: givenUp ? 'failed' : 'wanted', commitment_reason: reason })
        .where('id', '=', id)
        .execute();
      if (givenUp) {
        lost.push(result_sop_instance_uid);
        await this.record(tx, 'commitment-failed', result_sop_instance_uid, reason, {
          destination,
          attempts: asked,
        });
      }
    }
    return lost;
  }

  /**
   * Takes what is to be asked of a destination, under a new Transaction UID; on record before the first byte leaves, so
   * that no report can come before it.
   */
  claim(destination: string): Promise<ClaimedInquiry | undefined> {
    return this.ledger.write(async (tx) => {
      const rows = await tx
        .selectFrom('delivery')
        .innerJoin('result', 'result.sop_instance_uid', 'delivery.result_sop_instance_uid')
        .select([
          'delivery.id',
          'delivery.commitment_attempts',
          'result.sop_class_uid',
          'result.sop_instance_uid',
        ])
        .where('delivery.commitment', '=', 'wanted')
        .where('delivery.destination', '=', destination)
        .where('delivery.commitment_due_at', '<=', this.now())
        .orderBy('delivery.id')
        .limit(MOST_INSTANCES)
        .execute();
      if (rows.length === 0) return undefined;
      const transactionUid = randomUid();
      await tx
        .insertInto('commitment_scu')
        .values({
          transaction_uid: transactionUid,
          destination,
          asked_at: this.now(),
          reported_at: null,
        })
        .execute();
      await tx
        .insertInto('commitment_scu_delivery')
        .values(rows.map(({ id }) => ({ transaction_uid: transactionUid, delivery_id: id })))
        .execute();
      await tx
        .updateTable('delivery')
        .set(({ eb }) => ({
          commitment: 'asking',
          commitment_attempts: eb('commitment_attempts', '+', 1),
        }))
        .where(
          'id',
          'in',
          rows.map(({ id }) => id),
        )
        .execute();
      return {
        transactionUid,
        instances: rows.map((row) => ({
          sopClassUid: row.sop_class_uid,
          sopInstanceUid: row.sop_instance_uid,
        })),
        attempt: 1 + Math.max(...rows.map((row) => row.commitment_attempts)),
      };
    });
  }

  /** Puts the answer to a request on record; what a report has decided meanwhile stays. */
  settle(transactionUid: string, settlement: InquirySettlement): Promise<void> {
    return this.ledger.write(async (tx) => {
      const { state } = settlement;
      const rows = await tx
        .updateTable('delivery')
        .set({
          commitment: state,
          commitment_reason: state === 'asked' ? null : settlement.reason,
          ...(state === 'asked' && { commitment_due_at: settlement.reportDueAt }),
          ...(state === 'wanted' && { commitment_due_at: settlement.nextAttemptAt }),
        })
        .where('commitment', '=', 'asking')
        .where('id', 'in', this.deliveriesOf(tx, transactionUid))
        .returning(['result_sop_instance_uid', 'destination'])
        .execute();
      if (state === 'wanted') {
        // Never taken: no report can come to it, and it does not count as one that was not reported.
        for (const table of ['commitment_scu_delivery', 'commitment_scu'] as const) {
          await tx.deleteFrom(table).where('transaction_uid', '=', transactionUid).execute();
        }
        return;
      }
      const what = state === 'asked' ? 'commitment-asked' : 'commitment-failed';
      for (const { result_sop_instance_uid, destination } of rows) {
        const reason = state === 'asked' ? undefined : settlement.reason;
        await this.record(tx, what, result_sop_instance_uid, reason, {
          destination,
          transaction: transactionUid,
        });
      }
    });
  }

  /**
   * Takes a report. The same one twice changes nothing more; an object that is committed stays so. `undefined` where
   * we never asked under this Transaction UID.
   */
  report(
    report: CommitmentReport,
  ): Promise<{ readonly destination: string; readonly changed: number } | undefined> {
    const { transactionUid } = report;
    return this.ledger.write(async (tx) => {
      const asked = await tx
        .updateTable('commitment_scu')
        .set((eb) => ({ reported_at: eb.fn.coalesce('reported_at', eb.val(this.now())) }))
        .where('transaction_uid', '=', transactionUid)
        .returning('destination')
        .executeTakeFirst();
      if (asked === undefined) return undefined;
      const { destination } = asked;
      let changed = 0;
      const decide = async (uid: string, failure?: number): Promise<void> => {
        const reason =
          failure === undefined
            ? undefined
            : `Failure Reason 0x${failure.toString(16).toUpperCase().padStart(4, '0')}`;
        const { numUpdatedRows } = await tx
          .updateTable('delivery')
          .set({
            commitment: reason === undefined ? 'committed' : 'failed',
            commitment_reason: reason ?? null,
          })
          .where('result_sop_instance_uid', '=', uid)
          .where('id', 'in', this.deliveriesOf(tx, transactionUid))
          .where('commitment', 'in', reason === undefined ? OPEN : ['wanted', 'asking', 'asked'])
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return;
        changed += 1;
        const what = reason === undefined ? 'committed' : 'commitment-failed';
        await this.record(tx, what, uid, reason, { destination, transaction: transactionUid });
      };
      for (const { sopInstanceUid } of report.committed) await decide(sopInstanceUid);
      for (const { sopInstanceUid, reason } of report.failed) await decide(sopInstanceUid, reason);
      return { destination, changed };
    });
  }

  /** At start: a request that was under way may have arrived or not. It is made anew, at once. */
  recover(): Promise<void> {
    return this.ledger.write(async (tx) => {
      await tx
        .updateTable('delivery')
        .set({ commitment: 'wanted', commitment_due_at: this.now() })
        .where('commitment', '=', 'asking')
        .execute();
    });
  }

  private deliveriesOf(tx: LedgerConnection, transactionUid: string) {
    return tx
      .selectFrom('commitment_scu_delivery')
      .select('delivery_id')
      .where('transaction_uid', '=', transactionUid);
  }

  private record(
    tx: LedgerConnection,
    what: EventName,
    subjectUid: string,
    reason: string | undefined,
    detail: Readonly<Record<string, string | number>>,
  ): Promise<void> {
    return recordEvent(tx, this.now(), { subjectKind: 'result', subjectUid, what, reason, detail });
  }
}
