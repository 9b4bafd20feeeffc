import type { Selectable } from 'kysely';
import type { DataFolder } from './data-folder.js';
import { recordEvent, type EventName } from './events.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type {
  CommitmentState,
  DeliveryErrorClass,
  DeliveryState,
  DeliveryTable,
} from './ledger/schema.js';

/** One object in hand for one destination. */
export interface ClaimedDelivery {
  readonly id: number;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** Absolute path of the Part 10 file, and where its data set begins. */
  readonly path: string;
  readonly dataSetOffset: number;
  /** This attempt, counted from 1. */
  readonly attempt: number;
  /** Earlier attempts that ended without a response: the destination may have it already (R34). */
  readonly ambiguousAttempts: number;
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
    }
  | {
      readonly state: 'pending';
      readonly errorClass: DeliveryErrorClass;
      readonly nextAttemptAt: number;
    }
  | { readonly state: 'failed'; readonly errorClass: DeliveryErrorClass }
);

/** A delivery as the console shows it. */
export interface Delivery {
  readonly id: number;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly destination: string;
  readonly revision: number;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly errorClass: DeliveryErrorClass | undefined;
  readonly status: number | undefined;
  readonly comment: string | undefined;
  readonly nextAttemptAt: number;
  readonly commitment: CommitmentState;
  /** Why it is not committed. */
  readonly commitmentReason: string | undefined;
}

/** Longer than an Error Comment: reasons below DIMSE are sentences. */
const MAX_COMMENT = 512;

/** What has to go where: one durable row for each (result, destination, revision), with a state of its own (R27–R29). */
export class Outbox {
  constructor(
    private readonly ledger: Ledger,
    private readonly folder: DataFolder,
    private readonly now: () => number,
  ) {}

  /**
   * Takes what is due at a destination: all due objects of the one study that has waited longest, at most `limit`, in
   * the order of their making. They are on record as being sent before the first byte leaves.
   */
  claim(destination: string, limit = 100): Promise<readonly ClaimedDelivery[]> {
    return this.ledger.write(async (tx) => {
      const first = await this.dueQuery(tx, destination, this.now()).executeTakeFirst();
      if (first === undefined) return [];
      const rows = await tx
        .selectFrom('delivery')
        .innerJoin('result', 'result.sop_instance_uid', 'delivery.result_sop_instance_uid')
        .select([
          'delivery.id',
          'delivery.attempts',
          'delivery.ambiguous_attempts',
          'result.sop_class_uid',
          'result.sop_instance_uid',
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
        .set(({ eb }) => ({ state: 'sending', attempts: eb('attempts', '+', 1) }))
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
        studyInstanceUid: row.study_instance_uid,
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
      .orderBy('next_attempt_at')
      .limit(1);
  }

  /** When the next attempt at a destination is due (ms since 1970), or `undefined` where nothing waits. */
  async nextDueAt(destination: string): Promise<number | undefined> {
    const row = await this.ledger.reader
      .selectFrom('delivery')
      .select('next_attempt_at')
      .where('state', '=', 'pending')
      .where('destination', '=', destination)
      .orderBy('next_attempt_at')
      .limit(1)
      .executeTakeFirst();
    return row?.next_attempt_at;
  }

  /** Puts the outcomes of one association on record, object by object, in one transaction. */
  settle(settlements: readonly DeliverySettlement[]): Promise<void> {
    return this.ledger.write(async (tx) => {
      for (const settlement of settlements) await this.settleOne(tx, settlement);
    });
  }

  /** An operator has a failed, waiting or not committed delivery tried again now; `false` where it is neither. */
  retry(id: number): Promise<boolean> {
    return this.ledger.write(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('delivery')
        .set({
          state: 'pending',
          attempts: 0,
          next_attempt_at: this.now(),
          commitment: 'none',
          commitment_due_at: null,
        })
        .where('id', '=', id)
        .where((eb) =>
          eb.or([eb('state', 'in', ['failed', 'pending']), eb('commitment', '=', 'failed')]),
        )
        .executeTakeFirst();
      return numUpdatedRows > 0n;
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
        ...(errorClass === 'ambiguous' && {
          ambiguous_attempts: eb('ambiguous_attempts', '+', 1),
        }),
        ...(state === 'pending' && { next_attempt_at: settlement.nextAttemptAt }),
        ...(state === 'delivered' && {
          delivered_at: this.now(),
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
      .returning(['result_sop_instance_uid', 'destination', 'attempts'])
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
  }
}

const EVENT_OF: Readonly<Record<DeliverySettlement['state'], EventName>> = {
  delivered: 'delivered',
  pending: 'delivery-postponed',
  failed: 'delivery-failed',
};

const EVENT_OF_RECOVERY = {
  what: 'delivery-interrupted',
  reason: 'the node stopped while the object was being sent',
} as const;

/** Queues one result for one destination within `tx`; the same delivery a second time changes nothing (R27). */
export async function enqueueDelivery(
  tx: LedgerConnection,
  at: number,
  delivery: {
    readonly sopInstanceUid: string;
    readonly digest: string;
    readonly studyInstanceUid: string;
    readonly destination: string;
    readonly revision: number;
  },
): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('delivery')
    .values({
      result_sop_instance_uid: delivery.sopInstanceUid,
      result_digest: delivery.digest,
      study_instance_uid: delivery.studyInstanceUid,
      destination: delivery.destination,
      revision: delivery.revision,
      error_class: null,
      status: null,
      comment: null,
      next_attempt_at: at,
      created_at: at,
      delivered_at: null,
      commitment_due_at: null,
      commitment_reason: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return;
  await recordEvent(tx, at, {
    subjectKind: 'result',
    subjectUid: delivery.sopInstanceUid,
    what: 'queued',
    detail: { destination: delivery.destination, revision: delivery.revision },
  });
}

function toDelivery(row: Selectable<DeliveryTable>): Delivery {
  return {
    id: row.id,
    sopInstanceUid: row.result_sop_instance_uid,
    studyInstanceUid: row.study_instance_uid,
    destination: row.destination,
    revision: row.revision,
    state: row.state,
    attempts: row.attempts,
    errorClass: row.error_class ?? undefined,
    status: row.status ?? undefined,
    comment: row.comment ?? undefined,
    nextAttemptAt: row.next_attempt_at,
    commitment: row.commitment,
    commitmentReason: row.commitment_reason ?? undefined,
  };
}
