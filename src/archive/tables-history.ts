import type { Ledger } from './ledger/ledger.js';

/** What the tables file held, from when, by whom and why. */
export interface TablesVersion {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly who: string;
  readonly why: string;
  readonly content: string;
}

/** The history of the tables of callers, destinations and AE addresses; nothing of it is ever deleted. */
export class TablesHistory {
  constructor(
    private readonly ledger: Ledger,
    private readonly now: () => number,
  ) {}

  record(version: Pick<TablesVersion, 'who' | 'why' | 'content'>): Promise<void> {
    const { who, why, content } = version;
    return this.ledger.write(async (tx) => {
      await tx.insertInto('tables_version').values({ at: this.now(), who, why, content }).execute();
    });
  }

  /** The newest first. */
  list(limit = 100): Promise<readonly TablesVersion[]> {
    return this.ledger.reader
      .selectFrom('tables_version')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  }

  find(id: number): Promise<TablesVersion | undefined> {
    return this.ledger.reader
      .selectFrom('tables_version')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
  }
}
