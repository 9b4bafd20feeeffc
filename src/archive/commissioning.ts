import type { Ledger } from './ledger/ledger.js';

/** What somebody said of one step of a scanner's commissioning. Times are milliseconds since 1970. */
export interface CommissioningWord {
  readonly step: string;
  readonly at: number;
  readonly who: string;
  readonly note: string;
}

export interface CommissioningReport {
  readonly id: number;
  readonly callingAeTitle: string;
  readonly at: number;
  readonly who: string;
  /** JSON: the checklist as it stood. */
  readonly content: string;
}

/** What is kept of the commissioning of scanners: what humans said, and the reports. */
export class Commissioning {
  constructor(
    private readonly ledger: Ledger,
    private readonly now: () => number,
  ) {}

  async wordsOf(callingAeTitle: string): Promise<readonly CommissioningWord[]> {
    return this.ledger.reader
      .selectFrom('commissioning_word')
      .select(['step', 'at', 'who', 'note'])
      .where('calling_ae_title', '=', callingAeTitle)
      .execute();
  }

  /** The last word on a step counts. */
  say(callingAeTitle: string, word: Omit<CommissioningWord, 'at'>): Promise<void> {
    const row = { ...word, at: this.now() };
    return this.ledger.write(async (tx) => {
      await tx
        .insertInto('commissioning_word')
        .values({ calling_ae_title: callingAeTitle, ...row })
        .onConflict((conflict) => conflict.columns(['calling_ae_title', 'step']).doUpdateSet(row))
        .execute();
    });
  }

  /** Keeps the checklist as it stands; returns the report's number. */
  keep(callingAeTitle: string, who: string, content: string): Promise<number> {
    return this.ledger.write(async (tx) => {
      const { id } = await tx
        .insertInto('commissioning_report')
        .values({ calling_ae_title: callingAeTitle, at: this.now(), who, content })
        .returning('id')
        .executeTakeFirstOrThrow();
      return id;
    });
  }

  async reports(callingAeTitle?: string): Promise<readonly CommissioningReport[]> {
    let query = this.ledger.reader
      .selectFrom('commissioning_report')
      .selectAll()
      .orderBy('id', 'desc');
    if (callingAeTitle !== undefined) {
      query = query.where('calling_ae_title', '=', callingAeTitle);
    }
    const rows = await query.limit(200).execute();
    return rows.map(({ calling_ae_title, ...row }) => ({
      ...row,
      callingAeTitle: calling_ae_title,
    }));
  }
}
