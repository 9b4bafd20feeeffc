import type { Ledger } from './ledger/ledger.js';
import type { DeliveryState } from './ledger/schema.js';

/** What came from one calling AE title. Times are milliseconds since 1970. */
export interface CallerStatistics {
  readonly callingAeTitle: string;
  readonly associations: number;
  readonly lastAssociationAt: number;
  readonly lastAddress: string;
  /** Objects that were stored, and when the last came. */
  readonly objects: number;
  readonly lastObjectAt: number | undefined;
}

export interface DestinationHealth {
  readonly destination: string;
  readonly counts: Readonly<Record<DeliveryState, number>>;
  readonly lastDeliveredAt: number | undefined;
  /** Why the oldest of those that wait has not gone yet. */
  readonly waitsBecause: string | undefined;
}

/** Who talks to this node, and how it goes with whom it talks to. */
export class NetworkView {
  constructor(private readonly ledger: Ledger) {}

  async callers(): Promise<readonly CallerStatistics[]> {
    const { reader } = this.ledger;
    const associations = await reader
      .selectFrom('association')
      .select(({ fn }) => [
        'calling_ae_title',
        fn.countAll<number>().as('associations'),
        fn.max('closed_at').as('last'),
        // SQLite takes a bare column from the row of the maximum.
        'peer_address',
      ])
      .groupBy('calling_ae_title')
      .execute();
    const objects = await reader
      .selectFrom('instance')
      .select(({ fn }) => [
        'calling_ae_title',
        fn.countAll<number>().as('objects'),
        fn.max('received_at').as('last'),
      ])
      .groupBy('calling_ae_title')
      .execute();
    return associations.map(({ calling_ae_title, associations: count, last, peer_address }) => {
      const stored = objects.find((one) => one.calling_ae_title === calling_ae_title);
      return {
        callingAeTitle: calling_ae_title,
        associations: count,
        lastAssociationAt: last,
        lastAddress: peer_address,
        objects: stored?.objects ?? 0,
        lastObjectAt: stored?.last,
      };
    });
  }

  async destinations(): Promise<readonly DestinationHealth[]> {
    const rows = await this.ledger.reader
      .selectFrom('delivery')
      .select(({ fn }) => [
        'destination',
        'state',
        fn.countAll<number>().as('count'),
        fn.max('delivered_at').as('delivered'),
        fn.min('id').as('oldest'),
        'comment',
      ])
      .groupBy(['destination', 'state'])
      .execute();
    return [...new Set(rows.map(({ destination }) => destination))].map((destination) => {
      const own = rows.filter((row) => row.destination === destination);
      const counts = { pending: 0, sending: 0, delivered: 0, failed: 0, cancelled: 0 };
      for (const { state, count } of own) counts[state] = count;
      return {
        destination,
        counts,
        lastDeliveredAt: own.find(({ state }) => state === 'delivered')?.delivered ?? undefined,
        waitsBecause: own.find(({ state }) => state === 'pending')?.comment ?? undefined,
      };
    });
  }
}
