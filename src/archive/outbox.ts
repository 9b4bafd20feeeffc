import type { ResultKind } from '../values/result-kinds.js';
import type { DataFolder } from './data-folder.js';
import { enqueueDelivery, toDelivery, type Delivery } from './delivery-row.js';
import { recordEvent, type EventName } from './events.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type { DeliveryErrorClass, DeliveryState } from './ledger/schema.js';

export type { Delivery } from './delivery-row.js';

/** One object in hand for one destination. */
export interface ClaimedDelivery {
  readonly id: number;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly kind: ResultKind;
  readonly transferSyntaxUid: string;
  /** Length in bytes of the file. */
  readonly byteLength: number;
  /** Absolute path of the Part 10 file, and where its data set begins. */
  readonly path: string;
  readonly dataSetOffset: number;
  /** This attempt, counted from 1. */
  readonly attempt: number;
  /** Earlier attempts that ended without a response: the destination may have it already (R34). */
  readonly ambiguousAttempts: number;
  /** It goes in the place of another kind of object already. */
  readonly isFallback: boolean;
}

/** How one delivery ended, as the delivery's tables judge it. */
export type DeliverySettlement = {
  readonly id: number;
  /** Raw DIMSE status (R6), absent where nothing was answered. */
  readonly status?: number | undefined;
  /** Error Comment, or what went wrong below DIMSE. */
  readonly comment?: string | undefined;
} & (
  | {
      readonly state: 'delivered';
      /** Is the destination to be asked for storage commitment? */
      readonly commitment?: boolean;
      /** Is it to be asked for by a query, or was it found by one? */
      readonly verification?: 'wanted' | 'verified';
    }
  | {
      readonly state: 'pending';
      readonly errorClass: DeliveryErrorClass;
      readonly nextAttemptAt: number;
    }
  | {
      readonly state: 'failed';
      readonly errorClass: DeliveryErrorClass;
      /** A code of ours, or the status as `0xXXXX`. */
      readonly cause: string;
      /** The kind of object to send once in its place, where it was made. */
      readonly fallback?: ResultKind;
    }
);

/** Longer than an Error Comment: reasons below DIMSE are sentences. */
const MAX_COMMENT = 512;

/** After so many urgent studies in a row the one that has waited longest goes in between, so that none starves. */
const URGENT_IN_A_ROW = 4;

/** What has to go where: one durable row for each (result, destination, revision), with a state of its own (R27–R29). */
export class Outbox {
  /** By destination. */
  readonly #urgentInARow = new Map<string, number>();

  constructor(
    private readonly ledger: Ledger,
    private readonly folder: DataFolder,
    private readonly now: () => number,
  ) {}

  /**
   * Takes what is due at a destination: all due objects of one study, at most `limit`, in the order of their making: of
   * the urgent study that has waited longest, else of any. Every fifth time urgency does not count. They are on record as
   * being sent before the first byte leaves. A study that is under way there already waits: it is on one association at a
   * time (R19).
   */
  claim(destination: string, limit = 100): Promise<readonly ClaimedDelivery[]> {
    return this.ledger.write(async (tx) => {
      const row = this.#urgentInARow.get(destination) ?? 0;
      const due = this.dueQuery(tx, destination, this.now());
      const urgent =
        row < URGENT_IN_A_ROW ? await due.where('urgent', '=', 1).executeTakeFirst() : undefined;
      const first = urgent ?? (await due.executeTakeFirst());
      if (first === undefined) return [];
      this.#urgentInARow.set(destination, urgent === undefined ? 0 : row + 1);
      const rows = await tx
        .selectFrom('delivery')
        .innerJoin('result', 'result.sop_instance_uid', 'delivery.result_sop_instance_uid')
        .select([
          'delivery.id',
          'delivery.attempts',
          'delivery.ambiguous_attempts',
          'delivery.stands_for',
          'result.kind',
          'result.byte_length',
          'result.sop_class_uid',
          'result.sop_instance_uid',
          'result.series_instance_uid',
          'result.study_instance_uid',
          'result.transfer_syntax_uid',
          'result.path',
          'result.data_set_offset',
        ])
        .where('delivery.state', '=', 'pending')
        .where('delivery.destination', '=', destination)
        .where('delivery.next_attempt_at', '<=', this.now())
        .where('delivery.study_instance_uid', '=', first.study_instance_uid)
        .orderBy('delivery.id')
        .limit(limit)
        .execute();
      await tx
        .updateTable('delivery')
        // From now on `next_attempt_at` is when this attempt began: the watchdog counts from there.
        .set(({ eb }) => ({
          state: 'sending',
          attempts: eb('attempts', '+', 1),
          next_attempt_at: this.now(),
        }))
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
        kind: row.kind as ResultKind,
        byteLength: row.byte_length,
        isFallback: row.stands_for !== null,
        transferSyntaxUid: row.transfer_syntax_uid,
        path: this.folder.absolute(row.path),
        dataSetOffset: row.data_set_offset,
        attempt: row.attempts + 1,
        ambiguousAttempts: row.ambiguous_attempts,
      }));
    });
  }

  /** The query that finds what is due, for the test of its plan. */
  dueQuery(connection: LedgerConnection, destination: string, at: number) {
    return connection
      .selectFrom('delivery')
      .select(['id', 'study_instance_uid'])
      .where('state', '=', 'pending')
      .where('destination', '=', destination)
      .where('next_attempt_at', '<=', at)
      .where('study_instance_uid', 'not in', underWay(connection, destination))
      .orderBy('next_attempt_at')
      .limit(1);
  }

  /** When the next attempt at a destination is due (ms since 1970), or `undefined` where nothing waits for a time. */
  async nextDueAt(destination: string): Promise<number | undefined> {
    const row = await this.ledger.reader
      .selectFrom('delivery')
      .select('next_attempt_at')
      .where('state', '=', 'pending')
      .where('destination', '=', destination)
      .where('study_instance_uid', 'not in', underWay(this.ledger.reader, destination))
      .orderBy('next_attempt_at')
      .limit(1)
      .executeTakeFirst();
    return row?.next_attempt_at;
  }

  /** A destination answers again: what waits for it because of it is due now. Returns how many. */
  hasten(destination: string): Promise<number> {
    return this.ledger.write(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('delivery')
        .set({ next_attempt_at: this.now() })
        .where('state', '=', 'pending')
        .where('destination', '=', destination)
        .where('next_attempt_at', '>', this.now())
        .executeTakeFirst();
      return Number(numUpdatedRows);
    });
  }

  /** Puts the outcomes of one association on record, object by object, in one transaction. */
  settle(settlements: readonly DeliverySettlement[]): Promise<void> {
    return this.ledger.write(async (tx) => {
      for (const settlement of settlements) await this.settleOne(tx, settlement);
    });
  }

  /**
   * At start: what was being sent when the node stopped may have arrived or not. It is tried again as ambiguous, at
   * once. Returns how many.
   */
  recover(): Promise<number> {
    return this.ledger.write(async (tx) => {
      const rows = await tx
        .updateTable('delivery')
        .set(({ eb }) => ({
          state: 'pending',
          error_class: 'ambiguous',
          ambiguous_attempts: eb('ambiguous_attempts', '+', 1),
          comment: EVENT_OF_RECOVERY.reason,
          next_attempt_at: this.now(),
        }))
        .where('state', '=', 'sending')
        .returning(['result_sop_instance_uid', 'destination', 'attempts'])
        .execute();
      for (const { result_sop_instance_uid, destination, attempts } of rows) {
        await recordEvent(tx, this.now(), {
          subjectKind: 'result',
          subjectUid: result_sop_instance_uid,
          ...EVENT_OF_RECOVERY,
          detail: { destination, attempt: attempts },
        });
      }
      return rows.length;
    });
  }

  /** The deliveries of one study, or all of them. */
  async list(studyInstanceUid?: string): Promise<readonly Delivery[]> {
    let query = this.ledger.reader.selectFrom('delivery').selectAll().orderBy('id');
    if (studyInstanceUid !== undefined) {
      query = query.where('study_instance_uid', '=', studyInstanceUid);
    }
    return (await query.execute()).map(toDelivery);
  }

  /** How many deliveries are in each state. */
  async counts(): Promise<Readonly<Record<DeliveryState, number>>> {
    const rows = await this.ledger.reader
      .selectFrom('delivery')
      .select(['state', ({ fn }) => fn.countAll<number>().as('count')])
      .groupBy('state')
      .execute();
    const counts = { pending: 0, sending: 0, delivered: 0, failed: 0, cancelled: 0 };
    for (const { state, count } of rows) counts[state] = count;
    return counts;
  }

  private async settleOne(tx: LedgerConnection, settlement: DeliverySettlement): Promise<void> {
    const { id, state, status } = settlement;
    const comment = settlement.comment?.slice(0, MAX_COMMENT);
    const errorClass = state === 'delivered' ? null : settlement.errorClass;
    const row = await tx
      .updateTable('delivery')
      .set(({ eb }) => ({
        state,
        status: status ?? null,
        comment: comment ?? null,
        error_class: errorClass,
        cause: state === 'failed' ? settlement.cause : null,
        ...(errorClass === 'ambiguous' && {
          ambiguous_attempts: eb('ambiguous_attempts', '+', 1),
        }),
        ...(state === 'pending' && { next_attempt_at: settlement.nextAttemptAt }),
        ...(state === 'delivered' && {
          delivered_at: this.now(),
          ...(settlement.verification !== undefined && {
            verification: settlement.verification,
            verification_attempts: 0,
            verification_due_at: this.now(),
            verification_reason: null,
          }),
          ...(settlement.commitment && {
            commitment: 'wanted' as const,
            commitment_attempts: 0,
            commitment_due_at: this.now(),
            commitment_reason: null,
          }),
        }),
      }))
      .where('id', '=', id)
      .where('state', '=', 'sending')
      .returning([
        'result_sop_instance_uid',
        'study_instance_uid',
        'destination',
        'revision',
        'attempts',
        'urgent',
      ])
      .executeTakeFirst();
    if (row === undefined) return; // cancelled meanwhile
    await recordEvent(tx, this.now(), {
      subjectKind: 'result',
      subjectUid: row.result_sop_instance_uid,
      what: EVENT_OF[state],
      // An Error Comment is the peer's words, a patient's name among them perhaps (R36): they stay in the row.
      reason: status === undefined ? comment : undefined,
      detail: {
        destination: row.destination,
        attempt: row.attempts,
        ...(status !== undefined && { status }),
        ...(errorClass !== null && { errorClass }),
      },
    });
    if (state === 'failed' && settlement.fallback !== undefined) {
      await this.replace(tx, { id, ...row }, settlement.fallback);
    }
  }

  /** Queues the object of another kind that was made of the same scan at the same time; without one nothing is done. */
  private async replace(
    tx: LedgerConnection,
    failed: {
      readonly id: number;
      readonly result_sop_instance_uid: string;
      readonly study_instance_uid: string;
      readonly destination: string;
      readonly revision: number;
      readonly urgent: number;
    },
    kind: ResultKind,
  ): Promise<void> {
    const workitem = tx
      .selectFrom('result')
      .select('workitem_uid')
      .where('sop_instance_uid', '=', failed.result_sop_instance_uid);
    const other = await tx
      .selectFrom('result')
      .select(['sop_instance_uid', 'digest'])
      .where('workitem_uid', '=', workitem)
      .where('kind', '=', kind)
      .executeTakeFirst();
    if (other === undefined) return;
    const { destination, revision } = failed;
    const isNew = await enqueueDelivery(tx, this.now(), {
      sopInstanceUid: other.sop_instance_uid,
      digest: other.digest,
      studyInstanceUid: failed.study_instance_uid,
      destination,
      revision,
      standsFor: failed.id,
      urgent: failed.urgent === 1,
    });
    if (!isNew) return;
    await recordEvent(tx, this.now(), {
      subjectKind: 'result',
      subjectUid: failed.result_sop_instance_uid,
      what: 'delivery-replaced',
      detail: { destination, by: other.sop_instance_uid, kind },
    });
  }
}

/** The studies that are on an association to a destination. */
function underWay(connection: LedgerConnection, destination: string) {
  return connection
    .selectFrom('delivery as other')
    .select('other.study_instance_uid')
    .where('other.state', '=', 'sending')
    .where('other.destination', '=', destination);
}

/** Written over when a delivery begins anew: what the destination said of the last one does not hold for it. */
export const NO_RECEIPT = {
  commitment: 'none',
  commitment_due_at: null,
  verification: 'none',
  verification_due_at: null,
} as const;

const EVENT_OF: Readonly<Record<DeliverySettlement['state'], EventName>> = {
  delivered: 'delivered',
  pending: 'delivery-postponed',
  failed: 'delivery-failed',
};

const EVENT_OF_RECOVERY = {
  what: 'delivery-interrupted',
  reason: 'the node stopped while the object was being sent',
} as const;
