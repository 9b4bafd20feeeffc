import { isWorklist } from '../values/procedure-step.js';
import type { Ledger } from './ledger/ledger.js';

/** Matching keys: tag → value. */
export type SubscriptionFilter = Readonly<Record<string, string>>;

export interface StepSubscription {
  /** AE title. */
  readonly subscriber: string;
  /** A workitem, or one of WORKLIST_UIDS. */
  readonly target: string;
  readonly filter: SubscriptionFilter;
  readonly deletionLock: boolean;
}

/** Who is told of changes of workitems (PS3.4 CC.2.3); kept over restarts. */
export class StepSubscriptions {
  constructor(
    private readonly ledger: Ledger,
    private readonly now: () => number,
  ) {}

  add({ subscriber, target, filter, deletionLock }: StepSubscription): Promise<void> {
    const values = { filter: JSON.stringify(filter), deletion_lock: deletionLock ? 1 : 0 };
    return this.ledger.write(async (tx) => {
      await tx
        .insertInto('step_subscription')
        .values({ subscriber, target, ...values, created_at: this.now() })
        .onConflict((conflict) => conflict.columns(['subscriber', 'target']).doUpdateSet(values))
        .execute();
    });
  }

  /** Ends a subscription; that to a worklist ends those to single workitems too (PS3.4 CC.2.3.3). */
  remove(subscriber: string, target: string): Promise<void> {
    return this.ledger.write(async (tx) => {
      let query = tx.deleteFrom('step_subscription').where('subscriber', '=', subscriber);
      if (!isWorklist(target)) query = query.where('target', '=', target);
      await query.execute();
    });
  }

  /** No future workitem is subscribed to; those that are there stay (PS3.4: Suspend Global Subscription). */
  suspend(subscriber: string, target: string, existing: readonly string[]): Promise<void> {
    return this.ledger.write(async (tx) => {
      const row = await tx
        .selectFrom('step_subscription')
        .selectAll()
        .where('subscriber', '=', subscriber)
        .where('target', '=', target)
        .executeTakeFirst();
      if (row === undefined) return;
      for (const uid of existing) {
        await tx
          .insertInto('step_subscription')
          .values({ ...row, target: uid, filter: '{}', created_at: this.now() })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
      await tx
        .deleteFrom('step_subscription')
        .where('subscriber', '=', subscriber)
        .where('target', '=', target)
        .execute();
    });
  }

  async list(): Promise<readonly StepSubscription[]> {
    const rows = await this.ledger.reader.selectFrom('step_subscription').selectAll().execute();
    return rows.map((row) => ({
      subscriber: row.subscriber,
      target: row.target,
      filter: JSON.parse(row.filter) as SubscriptionFilter,
      deletionLock: row.deletion_lock === 1,
    }));
  }
}
