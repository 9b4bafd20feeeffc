import type { Ledger } from './ledger/ledger.js';
import type { HousekeepingRunTable } from './ledger/schema.js';

/** The last run of a task of housekeeping. Times are milliseconds, since 1970 or long. */
export type HousekeepingRun = Readonly<HousekeepingRunTable>;

/** What housekeeping did last, also before the last start. */
export class HousekeepingRuns {
  constructor(private readonly ledger: Ledger) {}

  record(run: HousekeepingRun): Promise<void> {
    return this.ledger.write(async (tx) => {
      await tx
        .insertInto('housekeeping_run')
        .values(run)
        .onConflict((conflict) => conflict.column('task').doUpdateSet(run))
        .execute();
    });
  }

  list(): Promise<readonly HousekeepingRun[]> {
    return this.ledger.reader.selectFrom('housekeeping_run').selectAll().execute();
  }
}
