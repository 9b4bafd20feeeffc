import { sql } from 'kysely';
import type { Ledger } from './ledger/ledger.js';

const HOUR = 3_600_000;

/** When each calling AE title sent something. */
export class Activity {
  constructor(private readonly ledger: Ledger) {}

  /**
   * The hours since `from` (ms since 1970) in which something was stored of each calling AE title: ms since 1970 over
   * an hour, ascending, each once. They are those in which its associations ended, which the retention keeps; and that
   * of its last object, since an association may stay open for days.
   */
  async hours(from: number): Promise<ReadonlyMap<string, readonly number[]>> {
    const hours = new Map<string, number[]>();
    for (const { title, hour } of await this.hoursQuery(from).execute()) {
      const own = hours.get(title);
      if (own) own.push(hour);
      else hours.set(title, [hour]);
    }
    for (const [title, own] of hours) {
      const row = await this.lastObjectQuery(title).executeTakeFirst();
      const last = Math.floor((row?.last ?? 0) / HOUR);
      if (last > (own.at(-1) ?? 0)) own.push(last);
    }
    return hours;
  }

  hoursQuery(from: number) {
    return this.ledger.reader
      .selectFrom('association')
      .select(['calling_ae_title as title', sql<number>`closed_at / ${sql.lit(HOUR)}`.as('hour')])
      .distinct()
      .where('closed_at', '>=', from)
      .where('stored', '>', 0)
      .orderBy('hour');
  }

  lastObjectQuery(callingAeTitle: string) {
    return this.ledger.reader
      .selectFrom('instance')
      .select(({ fn }) => fn.max('received_at').as('last'))
      .where('calling_ae_title', '=', callingAeTitle);
  }
}
