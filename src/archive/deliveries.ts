import type { ExpressionBuilder } from 'kysely';
import type { ResultKind } from '../values/result-kinds.js';
import { toDelivery, type Delivery } from './delivery-row.js';
import { recordEvent, type EventName } from './events.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type { DeliveryState, LedgerSchema } from './ledger/schema.js';
import { NO_RECEIPT } from './outbox.js';

/** Deliveries that failed for one reason at one destination (R33). */
export interface DeadLetters {
  readonly destination: string;
  /** A code of ours, or the status as `0xXXXX`. */
  readonly cause: string;
  readonly kind: ResultKind;
  readonly sopClassUid: string;
  readonly count: number;
  /** Ids of the first and the last of them. */
  readonly first: number;
  readonly last: number;
  /** What was said of the last one. */
  readonly comment: string | undefined;
}

/** Which deliveries an operator means. */
export type DeliverySelection =
  | { readonly ids: readonly number[] }
  | { readonly destination?: string | undefined; readonly cause?: string | undefined };

/** Deliveries that are due and have not begun, or were begun and do not end. */
export interface StuckDeliveries {
  readonly destination: string;
  readonly state: 'pending' | 'sending';
  readonly count: number;
  /** When the oldest was due (ms since 1970). */
  readonly since: number;
}

/** The outbox as an operator sees it: what failed and why, again, or not any more. */
export class Deliveries {
  constructor(
    private readonly ledger: Ledger,
    private readonly now: () => number,
  ) {}

  /** What failed, grouped by destination, cause and kind; the largest group first. What was replaced is none of it. */
  async deadLetters(): Promise<readonly DeadLetters[]> {
    const { reader } = this.ledger;
    const rows = await reader
      .selectFrom('delivery')
      .innerJoin('result', 'result.sop_instance_uid', 'delivery.result_sop_instance_uid')
      .select(({ fn }) => [
        'delivery.destination',
        'delivery.cause',
        'result.kind',
        'result.sop_class_uid',
        fn.countAll<number>().as('count'),
        fn.min('delivery.id').as('first'),
        fn.max('delivery.id').as('last'),
      ])
      .where('delivery.state', '=', 'failed')
      .where('delivery.id', 'not in', replaced(reader))
      .groupBy(['delivery.destination', 'delivery.cause', 'result.kind', 'result.sop_class_uid'])
      .orderBy('count', 'desc')
      .orderBy('first')
      .execute();
    const comments = new Map(
      (
        await reader
          .selectFrom('delivery')
          .select(['id', 'comment'])
          .where(
            'id',
            'in',
            rows.map(({ last }) => last),
          )
          .execute()
      ).map(({ id, comment }) => [id, comment]),
    );
    return rows.map((row) => ({
      destination: row.destination,
      cause: row.cause ?? 'unknown',
      kind: row.kind as ResultKind,
      sopClassUid: row.sop_class_uid,
      count: row.count,
      first: row.first,
      last: row.last,
      comment: comments.get(row.last) ?? undefined,
    }));
  }

  /** What `replay` would deliver again, the newest first. */
  async failed(limit = 200): Promise<readonly Delivery[]> {
    const { reader } = this.ledger;
    const rows = await reader
      .selectFrom('delivery')
      .selectAll()
      .where(hasFailed)
      .where('id', 'not in', replaced(reader))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(toDelivery);
  }

  /** Deliveries in these states, the newest first. */
  async list(
    states: readonly DeliveryState[],
    { destination, limit = 100 }: { destination?: string | undefined; limit?: number } = {},
  ): Promise<readonly Delivery[]> {
    let query = this.ledger.reader
      .selectFrom('delivery')
      .selectAll()
      .where('state', 'in', states)
      .orderBy('id', 'desc')
      .limit(limit);
    if (destination !== undefined) query = query.where('destination', '=', destination);
    return (await query.execute()).map(toDelivery);
  }

  /**
   * What failed, or turned out not to be where it was delivered to, is delivered again, with all its attempts. What was
   * cancelled stays so (R32). Returns how many.
   */
  replay(selection: DeliverySelection): Promise<number> {
    return this.change(selection, 'replay', 'delivery-replayed', undefined, {
      state: 'pending',
      attempts: 0,
      next_attempt_at: this.now(),
      cause: null,
      ...NO_RECEIPT,
    });
  }

  /**
   * Ends deliveries for good; of one that is on its way the outcome is not put on record any more. Returns how many.
   */
  cancel(selection: DeliverySelection, reason: string): Promise<number> {
    return this.change(selection, 'cancel', 'delivery-cancelled', reason, {
      state: 'cancelled',
      comment: reason,
    });
  }

  /** For the watchdog (R30): what was due before `dueBefore` and waits, or is being sent and was due before `begunBefore`. */
  async stuck(dueBefore: number, begunBefore: number): Promise<readonly StuckDeliveries[]> {
    const rows = await this.ledger.reader
      .selectFrom('delivery')
      .select(({ fn }) => [
        'destination',
        'state',
        fn.countAll<number>().as('count'),
        fn.min('next_attempt_at').as('since'),
      ])
      .where((eb) =>
        eb.or([
          eb.and([eb('state', '=', 'pending'), eb('next_attempt_at', '<', dueBefore)]),
          eb.and([eb('state', '=', 'sending'), eb('next_attempt_at', '<', begunBefore)]),
        ]),
      )
      .groupBy(['destination', 'state'])
      .execute();
    return rows as readonly StuckDeliveries[];
  }

  private change(
    selection: DeliverySelection,
    how: 'replay' | 'cancel',
    what: EventName,
    reason: string | undefined,
    values: Readonly<Record<string, string | number | null>>,
  ): Promise<number> {
    return this.ledger.write(async (tx) => {
      let query = tx.updateTable('delivery').set(values).where('id', 'not in', replaced(tx));
      query =
        how === 'cancel'
          ? query.where('state', 'in', ['pending', 'sending', 'failed'])
          : query.where(hasFailed);
      if ('ids' in selection) query = query.where('id', 'in', selection.ids);
      else {
        const { destination, cause } = selection;
        if (destination !== undefined) query = query.where('destination', '=', destination);
        if (cause !== undefined) query = query.where('cause', '=', cause);
      }
      const rows = await query.returning(['result_sop_instance_uid', 'destination']).execute();
      for (const { result_sop_instance_uid: subjectUid, destination } of rows) {
        await recordEvent(tx, this.now(), {
          subjectKind: 'result',
          subjectUid,
          what,
          reason,
          detail: { destination },
        });
      }
      return rows.length;
    });
  }
}

/** It failed, or turned out not to be where it was delivered to. */
function hasFailed(eb: ExpressionBuilder<LedgerSchema, 'delivery'>) {
  return eb.or([
    eb('state', '=', 'failed'),
    eb.and([
      eb('state', '=', 'delivered'),
      eb.or([eb('commitment', '=', 'failed'), eb('verification', '=', 'failed')]),
    ]),
  ]);
}

/** The deliveries in whose place another kind of object went, whatever became of that. */
function replaced(connection: LedgerConnection) {
  return connection
    .selectFrom('delivery as substitute')
    .select('substitute.stands_for')
    .where('substitute.stands_for', 'is not', null)
    .$castTo<{ stands_for: number }>();
}
