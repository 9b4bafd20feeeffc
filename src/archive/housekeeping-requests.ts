import type { Ledger } from './ledger/ledger.js';

export interface HousekeepingRequest {
  readonly id: number;
  readonly task: string;
  readonly who: string;
}

export interface HousekeepingAnswer {
  /** 'not-run': the task is off, or was running already. */
  readonly outcome: 'done' | 'failed' | 'not-run';
  /** What was done, or why not. */
  readonly said: string;
}

/** What commands ask of the housekeeping of the node that runs on this ledger. */
export class HousekeepingRequests {
  constructor(private readonly ledger: Ledger) {}

  /** @returns by which number the answer is asked for */
  ask(task: string, who: string): Promise<number> {
    return this.ledger.write(async (tx) => {
      const row = { task, who, taken: 0 as const };
      const made = tx.insertInto('housekeeping_request').values(row).returning('id');
      return (await made.executeTakeFirstOrThrow()).id;
    });
  }

  /** The answer of the node, once it has one; where the request is gone, a node that started has dropped it. */
  async answerTo(id: number): Promise<HousekeepingAnswer | undefined> {
    const row = await this.ledger.reader
      .selectFrom('housekeeping_request')
      .select(['answer', 'said'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) return { outcome: 'not-run', said: 'the node was started anew' };
    return row.answer === null ? undefined : { outcome: row.answer, said: row.said ?? '' };
  }

  /** Takes back what nobody waits for any more. */
  async withdraw(id: number): Promise<void> {
    await this.ledger.write((tx) =>
      tx.deleteFrom('housekeeping_request').where('id', '=', id).execute(),
    );
  }

  /** For the node: what was asked since. Writes only where there is something. */
  async take(): Promise<readonly HousekeepingRequest[]> {
    const waiting = await this.ledger.reader
      .selectFrom('housekeeping_request')
      .select(['id', 'task', 'who'])
      .where('taken', '=', 0)
      .orderBy('id')
      .execute();
    if (waiting.length === 0) return [];
    const ids = waiting.map(({ id }) => id);
    await this.ledger.write((tx) =>
      tx.updateTable('housekeeping_request').set({ taken: 1 }).where('id', 'in', ids).execute(),
    );
    return waiting;
  }

  async answer(id: number, { outcome, said }: HousekeepingAnswer): Promise<void> {
    await this.ledger.write((tx) =>
      tx
        .updateTable('housekeeping_request')
        .set({ answer: outcome, said })
        .where('id', '=', id)
        .execute(),
    );
  }

  /** For a node that starts: what was asked of an earlier one is not done hours later. */
  async clear(): Promise<void> {
    await this.ledger.write((tx) => tx.deleteFrom('housekeeping_request').execute());
  }
}
