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

type NewVersion = Pick<TablesVersion, 'who' | 'why' | 'content'>;

/** The tables file, as far as a change of it needs it. */
export interface TablesText {
  /** What is read where there is no file. */
  readonly empty: string;
  read(): string;
  /** Puts the new content in place. It holds up the ledger: to be a rename and no more. */
  put(): Promise<void>;
}

/** What somebody wrote into the file by hand. */
const FOREIGN = { who: 'the file', why: 'changed outside the console' };

/** The history of the tables of callers, destinations and AE addresses; nothing of it is ever deleted. */
export class TablesHistory {
  constructor(
    private readonly ledger: Ledger,
    private readonly now: () => number,
  ) {}

  /**
   * Puts a version in the place of what the file holds, and on record; false, and nothing done, where the file holds
   * something else than `found` by now. The lock of the ledger is around all of it and keeps everybody else out, other
   * processes too. What the file held is put on record first where somebody wrote it by hand.
   */
  replace(version: NewVersion, found: string, file: TablesText): Promise<boolean> {
    return this.ledger.write(async (tx) => {
      if (file.read() !== found) return false;
      const last = await tx
        .selectFrom('tables_version')
        .select('content')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      const foreign =
        found === (last?.content ?? file.empty) ? [] : [{ ...FOREIGN, content: found }];
      const at = this.now();
      const versions = [...foreign, version].map((one) => ({ ...one, at }));
      await tx.insertInto('tables_version').values(versions).execute();
      await file.put();
      return true;
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
