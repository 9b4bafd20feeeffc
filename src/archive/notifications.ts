import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import {
  NOTIFIED_EVENTS,
  type NotificationFact,
  type NotifiedEvent,
} from '../values/notification.js';
import { besideNode } from './beside-node.js';
import type { DataFolder } from './data-folder.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type { NotificationState, NotificationTable } from './ledger/notification-schema.js';
import { newestEvent } from './events.js';
import { subjectOf, TOLD_EVENTS, toldAs } from './notified-events.js';

/** Who wants to be told of what. */
export interface NotificationWish {
  readonly name: string;
  readonly events: readonly NotifiedEvent[];
}

export interface ClaimedNotification {
  readonly id: number;
  readonly fact: NotificationFact;
  /** This attempt, counted from 1. */
  readonly attempt: number;
  /** Attempts of the one that was tried most often at this target. */
  readonly most: number;
}

export type NotificationSettlement = {
  readonly id: number;
  readonly status?: number | undefined;
} & (
  | { readonly state: 'sent' }
  | { readonly state: 'failed'; readonly cause: string; readonly reason: string }
  | {
      readonly state: 'pending';
      readonly cause: string;
      readonly reason: string;
      readonly nextAttemptAt: number;
    }
);

/** One row, as an operator sees it. Times are ms since 1970. */
export interface NotificationRow {
  readonly id: number;
  readonly target: string;
  readonly event: NotifiedEvent;
  readonly meaning: string;
  readonly state: NotificationState;
  readonly attempts: number;
  readonly dueAt: number;
  readonly status: number | undefined;
  readonly cause: string | undefined;
  readonly reason: string | undefined;
  readonly createdAt: number;
}

export interface NotificationSelection {
  readonly ids?: readonly number[];
  readonly target?: string | undefined;
}

/** So many events that somebody may be told of are looked at in one transaction. */
const MOST_EVENTS = 500;

/**
 * What happened and who is to be told. The ledger's own events are the source, read on from the last one: what is in the
 * ledger is told, whenever the node was killed; and a target that is new is told of what happens from then on.
 */
export class Notifications {
  constructor(
    private readonly ledger: Ledger,
    private readonly folder: DataFolder,
    private readonly now: () => number,
  ) {}

  /** Makes a row for each new event and target that wants it. Returns how many. */
  async gather(wishes: readonly NotificationWish[]): Promise<number> {
    const { reader } = this.ledger;
    let made = 0;
    for (;;) {
      const newest = await newestEvent(reader);
      const from = await cursor(reader);
      if (newest <= from) return made;
      made += await this.ledger.write((tx) => this.gatherSome(tx, wishes));
    }
  }

  async targetsDue(): Promise<readonly string[]> {
    return (await this.dueQuery(this.now()).execute()).map(({ target }) => target);
  }

  /** The query of `targetsDue`, for the test of its plan. */
  dueQuery(at: number) {
    return this.ledger.reader
      .selectFrom('notification')
      .select('target')
      .distinct()
      .where('state', '=', 'pending')
      .where('due_at', '<=', at);
  }

  /** When the next is due after now (ms since 1970). */
  async nextDueAt(): Promise<number | undefined> {
    const row = await this.ledger.reader
      .selectFrom('notification')
      .select(({ fn }) => fn.min('due_at').as('at'))
      .where('state', '=', 'pending')
      .where('due_at', '>', this.now())
      .executeTakeFirst();
    return row?.at ?? undefined;
  }

  /** What is due for a target: what was tried least often, so that one that is not taken keeps no other back (R28). */
  claim(target: string): Promise<ClaimedNotification | undefined> {
    return this.ledger.write(async (tx) => {
      const row = await tx
        .selectFrom('notification')
        .innerJoin('event', 'event.id', 'notification.event_id')
        .selectAll('event')
        .select(['notification.id as id', 'key', 'notification.what as told', 'attempts'])
        .where('state', '=', 'pending')
        .where('target', '=', target)
        .where('due_at', '<=', this.now())
        .orderBy('attempts')
        .orderBy('notification.id')
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const attempt = row.attempts + 1;
      await tx
        .updateTable('notification')
        .set({ attempts: attempt })
        .where('id', '=', row.id)
        .execute();
      const { most } = await tx
        .selectFrom('notification')
        .select(({ fn }) => fn.max('attempts').as('most'))
        .where('state', '=', 'pending')
        .where('target', '=', target)
        .executeTakeFirstOrThrow();
      const { key, told: event, at } = row;
      const fact = {
        key,
        event,
        at: new Date(at).toISOString(),
        ...(await subjectOf(tx, row, this.folder)),
      };
      return { id: row.id, fact, attempt, most };
    });
  }

  /**
   * Puts the outcome of one attempt on record. A target that did not take one is not asked to take the others before
   * that one's time; one that took it is told what waits at once.
   */
  settle(target: string, settlement: NotificationSettlement): Promise<void> {
    return this.ledger.write(async (tx) => {
      const { id, state, status = null } = settlement;
      await tx
        .updateTable('notification')
        .set({
          state,
          status,
          cause: state === 'sent' ? null : settlement.cause,
          reason: state === 'sent' ? null : settlement.reason,
          ended_at: state === 'pending' ? null : this.now(),
        })
        .where('id', '=', id)
        .where('state', '=', 'pending')
        .execute();
      if (state === 'failed') return;
      const dueAt = state === 'sent' ? this.now() : settlement.nextAttemptAt;
      await tx
        .updateTable('notification')
        .set({ due_at: dueAt })
        .where('state', '=', 'pending')
        .where('target', '=', target)
        .where('due_at', state === 'sent' ? '>' : '<', dueAt)
        .execute();
    });
  }

  /** The newest first. */
  async list(
    states: readonly NotificationState[],
    { target, limit = 100 }: { readonly target?: string | undefined; readonly limit?: number } = {},
  ): Promise<readonly NotificationRow[]> {
    let query = this.ledger.reader
      .selectFrom('notification')
      .selectAll()
      .where('state', 'in', states)
      .orderBy('id', 'desc')
      .limit(limit);
    if (target !== undefined) query = query.where('target', '=', target);
    return (await query.execute()).map(toRow);
  }

  /** What failed is sent again, with all its attempts; what was cancelled stays so (R32). Returns how many. */
  replay(selection: NotificationSelection): Promise<number> {
    return this.change(selection, ['failed'], {
      state: 'pending',
      attempts: 0,
      due_at: this.now(),
      cause: null,
      reason: null,
      ended_at: null,
    });
  }

  /** Ends them for good. Returns how many. */
  cancel(selection: NotificationSelection, reason: string): Promise<number> {
    return this.change(selection, ['pending', 'failed'], {
      state: 'cancelled',
      reason,
      ended_at: this.now(),
    });
  }

  /** How many in each state, by target; and since when the oldest waits (ms since 1970). */
  async backlog() {
    const { reader } = this.ledger;
    const counts = await reader
      .selectFrom('notification')
      .select(['target', 'state', ({ fn }) => fn.countAll<number>().as('count')])
      .groupBy(['state', 'target'])
      .execute();
    const oldest = await reader
      .selectFrom('notification')
      .select(({ fn }) => fn.min('created_at').as('since'))
      .where('state', '=', 'pending')
      .executeTakeFirst();
    return { counts, oldest: oldest?.since ?? undefined };
  }

  private change(
    { ids, target }: NotificationSelection,
    states: readonly NotificationState[],
    values: Partial<Selectable<NotificationTable>>,
  ): Promise<number> {
    return this.ledger.write(async (tx) => {
      let query = tx.updateTable('notification').set(values).where('state', 'in', states);
      if (ids !== undefined) query = query.where('id', 'in', ids);
      if (target !== undefined) query = query.where('target', '=', target);
      return Number((await query.executeTakeFirst()).numUpdatedRows);
    });
  }

  private async gatherSome(
    tx: LedgerConnection,
    wishes: readonly NotificationWish[],
  ): Promise<number> {
    const newest = await newestEvent(tx);
    const events = await tx
      .selectFrom('event')
      .selectAll()
      .where('id', '>', await cursor(tx))
      .where('what', 'in', TOLD_EVENTS)
      .orderBy('id')
      .limit(MOST_EVENTS)
      .execute();
    const at = this.now();
    let made = 0;
    for (const event of events) {
      const what = await toldAs(tx, event);
      const wanted = wishes.filter(({ events: some }) => what !== undefined && some.includes(what));
      for (const { name } of wanted) {
        await tx
          .insertInto('notification')
          .values({
            key: randomUUID(),
            event_id: event.id,
            target: name,
            what: what!,
            due_at: at,
            created_at: at,
            status: null,
            cause: null,
            reason: null,
            ended_at: null,
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        made += 1;
      }
    }
    // Events that nobody is ever told of are passed over.
    const last = events.length < MOST_EVENTS ? newest : events.at(-1)!.id;
    await tx.updateTable('notification_cursor').set({ event_id: last }).execute();
    return made;
  }
}

async function cursor(connection: LedgerConnection): Promise<number> {
  const row = await connection
    .selectFrom('notification_cursor')
    .select('event_id')
    .executeTakeFirstOrThrow();
  return row.event_id;
}

function toRow(row: Selectable<NotificationTable>): NotificationRow {
  return {
    id: row.id,
    target: row.target,
    event: row.what,
    meaning: NOTIFIED_EVENTS[row.what],
    state: row.state,
    attempts: row.attempts,
    dueAt: row.due_at,
    status: row.status ?? undefined,
    cause: row.cause ?? undefined,
    reason: row.reason ?? undefined,
    createdAt: row.created_at,
  };
}

/**
 * The notifications of a data folder on which a node may run, for a command of the operator.
 * @throws ArchiveError OCT_LEDGER_OTHER_VERSION
 */
export function withNotifications<T>(
  dataDir: string,
  act: (notifications: Notifications) => Promise<T>,
): Promise<T> {
  return besideNode(dataDir, ({ ledger, folder }) =>
    act(new Notifications(ledger, folder, Date.now)),
  );
}
