import type { Ledger } from './ledger/ledger.js';
import type { DeliveryState } from './ledger/schema.js';

/** How much waits, for how long, and what waits for somebody. */
export interface BacklogReport {
  readonly deliveries: readonly {
    readonly destination: string;
    readonly state: DeliveryState;
    readonly count: number;
  }[];
  /** Since when the oldest one waits (ms since 1970); undefined where none does. */
  readonly oldestWorkitem: number | undefined;
  readonly oldestDelivery: number | undefined;
  /** Nothing happens to these until somebody does something. */
  readonly heldWorkitems: number;
  readonly failedDeliveries: number;
  readonly failedCommitments: number;
}

/** Questions about the queues as a whole, each answered from an index; for metrics and `/readyz`. */
export class Backlog {
  constructor(private readonly ledger: Ledger) {}

  async report(): Promise<BacklogReport> {
    const { reader } = this.ledger;
    const deliveries = await reader
      .selectFrom('delivery')
      .select(['destination', 'state', ({ fn }) => fn.countAll<number>().as('count')])
      .groupBy(['state', 'destination'])
      .execute();
    const workitem = await reader
      .selectFrom('workitem')
      .select(({ fn }) => fn.min('scheduled_at').as('since'))
      .where('state', '=', 'SCHEDULED')
      .where('held', '=', 0)
      .executeTakeFirst();
    const delivery = await reader
      .selectFrom('delivery')
      .select(({ fn }) => fn.min('created_at').as('since'))
      .where('state', 'in', ['pending', 'sending'])
      .executeTakeFirst();
    const held = await reader
      .selectFrom('workitem')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('state', '=', 'SCHEDULED')
      .where('held', '=', 1)
      .executeTakeFirstOrThrow();
    const commitments = await reader
      .selectFrom('delivery')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('commitment', '=', 'failed')
      .executeTakeFirstOrThrow();
    return {
      deliveries,
      oldestWorkitem: workitem?.since ?? undefined,
      oldestDelivery: delivery?.since ?? undefined,
      heldWorkitems: held.count,
      failedDeliveries: deliveries
        .filter(({ state }) => state === 'failed')
        .reduce((sum, { count }) => sum + count, 0),
      failedCommitments: commitments.count,
    };
  }
}
