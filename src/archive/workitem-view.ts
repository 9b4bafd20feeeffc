import type { Selectable } from 'kysely';
import type { Ledger } from './ledger/ledger.js';
import type { WorkitemState, WorkitemTable } from './ledger/schema.js';

/** A workitem as the console and `/healthz` show it. */
export interface Workitem {
  readonly uid: string;
  readonly acquisitionId: string;
  readonly acquisitionRevision: number;
  readonly state: WorkitemState;
  readonly held: boolean;
  readonly reason: string | undefined;
  readonly progress: number;
  readonly progressDescription: string | undefined;
  readonly attempts: number;
  readonly interrupted: number;
  readonly leaseOwner: string | undefined;
  readonly priority: number;
  /** Calling AE title of the scan's sender. */
  readonly device: string;
  readonly scheduledAt: number;
}

/** Reads the queue, for the console, health and tests. */
export class WorkitemView {
  constructor(private readonly ledger: Ledger) {}

  async find(uid: string): Promise<Workitem | undefined> {
    const row = await this.ledger.reader
      .selectFrom('workitem')
      .selectAll()
      .where('uid', '=', uid)
      .executeTakeFirst();
    return row && toWorkitem(row);
  }

  /** What has not ended: in hand, then held, then waiting, each in the order in which it would be taken, about. */
  async open(limit = 200): Promise<readonly Workitem[]> {
    const rows = await this.ledger.reader
      .selectFrom('workitem')
      .selectAll()
      .where('state', 'in', ['SCHEDULED', 'IN PROGRESS'])
      .orderBy('state')
      .orderBy('held', 'desc')
      .orderBy('priority', 'desc')
      .orderBy('scheduled_at')
      .limit(limit)
      .execute();
    return rows.map(toWorkitem);
  }

  /** How many workitems are in each state, held ones apart from SCHEDULED. */
  async counts(): Promise<Readonly<Record<WorkitemState | 'held', number>>> {
    const rows = await this.ledger.reader
      .selectFrom('workitem')
      .select(['state', 'held', ({ fn }) => fn.countAll<number>().as('count')])
      .groupBy(['state', 'held'])
      .execute();
    const counts = { SCHEDULED: 0, 'IN PROGRESS': 0, COMPLETED: 0, CANCELED: 0, held: 0 };
    for (const { state, held, count } of rows) counts[held === 1 ? 'held' : state] += count;
    return counts;
  }
}

function toWorkitem(row: Selectable<WorkitemTable>): Workitem {
  return {
    uid: row.uid,
    acquisitionId: row.acquisition_id,
    acquisitionRevision: row.acquisition_revision,
    priority: row.priority,
    device: row.device,
    scheduledAt: row.scheduled_at,
    state: row.state,
    held: row.held === 1,
    reason: row.reason ?? undefined,
    progress: row.progress,
    progressDescription: row.progress_description ?? undefined,
    attempts: row.attempts,
    interrupted: row.interrupted,
    leaseOwner: row.lease_owner ?? undefined,
  };
}
