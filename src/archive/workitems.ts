import type { Selectable } from 'kysely';
import { randomUid } from '../dicom/uid.js';
import type { ClaimedWorkitem, WorkitemClaim } from '../values/workitem.js';
import { findAcquisition } from './acquisitions.js';
import type { DataFolder } from './data-folder.js';
import { ArchiveError } from './errors.js';
import { recordEvent, type EventName } from './events.js';
import type { Instances } from './instances.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type { WorkitemTable } from './ledger/schema.js';
import { readingsOf, recordReading } from './readings.js';
import { recordResult, type Results } from './results.js';
import { queueResults, type WorkitemOutcome } from './workitem-outcome.js';
import { LEASE_OF_OTHERS } from './workitem-schedule.js';

export interface WorkitemParts {
  readonly ledger: Ledger;
  readonly folder: DataFolder;
  readonly instances: Instances;
  readonly results: Results;
  readonly now: () => number;
  /** After so many failed attempts a workitem is held. */
  readonly maxAttempts: number;
}

/** Written over whenever an attempt ends: no lease, no lock. */
const NO_LEASE = { lease_owner: null, lease_expires_at: null, transaction_uid: null } as const;

/** After so many attempts cut short by stops of the node, an operator should look before it goes on. */
const MAX_INTERRUPTIONS = 25;

const INTERRUPTIONS = {
  'worker-silent': 'the worker gave no sign of life (crashed, killed or stuck)',
  'node-stopped': 'the node stopped while the scan was in hand',
} as const;

/**
 * The queue of scans to read: UPS workitems (PS3.4 CC) taken with leases. A worker that dies loses its lease, and the
 * next one gets the workitem; what an expired attempt still says is refused (OCT_LEASE_LOST).
 */
export class Workitems {
  constructor(private readonly parts: WorkitemParts) {}

  /**
   * Takes the next workitem, or `undefined`: of the highest priority; among those of the sender whose turn is longest
   * ago; of these the one that has waited longest. Expired leases are released first.
   */
  claim(worker: {
    readonly owner: string;
    readonly leaseMs: number;
  }): Promise<ClaimedWorkitem | undefined> {
    const { ledger, instances, now } = this.parts;
    return ledger.write(async (tx) => {
      await this.releaseLeases(tx, now(), 'worker-silent');
      const most = await this.topPriorityQuery(tx).executeTakeFirst();
      const next = most && (await this.dueQuery(tx, most.priority).executeTakeFirst());
      if (next === undefined) return undefined;
      await tx
        .updateTable('device_turn')
        .set({ served_at: now() })
        .where('device', '=', next.device)
        .execute();
      const transactionUid = randomUid();
      const row = await tx
        .updateTable('workitem')
        .set({
          state: 'IN PROGRESS',
          attempts: next.attempts + 1,
          progress: 0,
          progress_description: null,
          lease_owner: worker.owner,
          lease_expires_at: now() + worker.leaseMs,
          transaction_uid: transactionUid,
          started_at: now(),
        })
        .where('uid', '=', next.uid)
        .returningAll()
        .executeTakeFirstOrThrow();
      await this.event(tx, row.uid, 'claimed', undefined, {
        by: worker.owner,
        attempt: row.attempts,
      });
      const acquisition = await findAcquisition(
        tx,
        instances,
        row.acquisition_id,
        row.acquisition_revision,
      );
      if (acquisition === undefined) throw new ArchiveError('OCT_WORKITEM_UNKNOWN', row.uid);
      const readings = await readingsOf(tx, acquisition.studyInstanceUid);
      return {
        workitemUid: row.uid,
        transactionUid,
        acquisition,
        otherScans: readings.filter(({ acquisitionId }) => acquisitionId !== acquisition.id),
        attempt: row.attempts,
        interrupted: row.interrupted,
      };
    });
  }

  /** The query that finds the highest priority that waits, for the test of its plan. */
  topPriorityQuery(connection: LedgerConnection) {
    return connection
      .selectFrom('workitem')
      .select('priority')
      .where('state', '=', 'SCHEDULED')
      .where('held', '=', 0)
      .orderBy('priority', 'desc')
      .limit(1);
  }

  /** The query that finds the next workitem: one look into the index for each sender, however long the queue is. */
  dueQuery(connection: LedgerConnection, priority: number) {
    return connection
      .selectFrom('device_turn')
      .innerJoin('workitem', (join) =>
        join.on('workitem.uid', '=', (eb) =>
          eb
            .selectFrom('workitem as waiting')
            .select('waiting.uid')
            .where('waiting.state', '=', 'SCHEDULED')
            .where('waiting.held', '=', 0)
            .where('waiting.priority', '=', priority)
            .whereRef('waiting.device', '=', 'device_turn.device')
            .orderBy('waiting.scheduled_at')
            .limit(1),
        ),
      )
      .select(['workitem.uid', 'workitem.attempts', 'workitem.device'])
      .orderBy('device_turn.served_at')
      .limit(1);
  }

  /**
   * The worker lives: its lease lasts `leaseMs` from now. Progress in percent with a word on the step, if given.
   * @throws ArchiveError OCT_LEASE_LOST: the worker drops what it is doing.
   */
  heartbeat(
    claim: WorkitemClaim,
    leaseMs: number,
    progress?: { readonly percent: number; readonly description: string },
  ): Promise<void> {
    return this.parts.ledger.write((tx) =>
      this.update(tx, claim, {
        lease_expires_at: this.parts.now() + leaseMs,
        ...(progress && {
          progress: Math.max(0, Math.min(100, Math.round(progress.percent))),
          progress_description: progress.description,
        }),
      }),
    );
  }

  /**
   * Ends a workitem: its results, one delivery for each result and destination that takes it, and the state COMPLETED, in one
   * transaction. `results` are sent in their order.
   * @throws ArchiveError OCT_LEASE_LOST, OCT_RESULT_CONFLICT; the files of the attempt are then removed.
   */
  async complete(claim: WorkitemClaim, outcome: WorkitemOutcome): Promise<void> {
    const { ledger, results } = this.parts;
    try {
      await ledger.write((tx) => this.recordOutcome(tx, claim, outcome));
    } finally {
      // Keeps those that are on record: all of them after success, none of them after a lost lease.
      await results.discardUnrecorded(outcome.results);
    }
  }

  /** The attempt failed: back to SCHEDULED, or held after the last attempt, or at once where `hold` says so. */
  fail(claim: WorkitemClaim, reason: string, { hold = false } = {}): Promise<'retry' | 'held'> {
    return this.parts.ledger.write(async (tx) => {
      const row = await this.row(tx, claim.workitemUid);
      const held = hold || row.attempts >= this.parts.maxAttempts;
      await this.update(tx, claim, {
        ...NO_LEASE,
        state: 'SCHEDULED',
        held: held ? 1 : 0,
        reason,
      });
      await this.event(tx, claim.workitemUid, held ? 'held' : 'attempt-failed', reason, {
        attempt: row.attempts,
      });
      return held ? 'held' : 'retry';
    });
  }

  /** Gives expired leases back to the queue; returns how many. */
  releaseExpiredLeases(): Promise<number> {
    const { ledger, now } = this.parts;
    return ledger.write((tx) => this.releaseLeases(tx, now(), 'worker-silent'));
  }

  /** At start: the workers of the run before are gone with it, so every lease is. Returns how many. */
  releaseAllLeases(): Promise<number> {
    return this.parts.ledger.write((tx) =>
      this.releaseLeases(tx, LEASE_OF_OTHERS - 1, 'node-stopped'),
    );
  }

  /**
   * An operator lets a held workitem go on, with all its attempts.
   * @throws ArchiveError OCT_WORKITEM_UNKNOWN, OCT_WORKITEM_STATE
   */
  release(uid: string): Promise<void> {
    return this.parts.ledger.write(async (tx) => {
      const row = await this.row(tx, uid);
      if (row.held === 0) throw new ArchiveError('OCT_WORKITEM_STATE', uid);
      await tx
        .updateTable('workitem')
        .set({ held: 0, attempts: 0, reason: null })
        .where('uid', '=', uid)
        .execute();
      await this.event(tx, uid, 'released');
    });
  }

  /**
   * A workitem that has not ended goes before others (or, with 0, in turn again).
   * @throws ArchiveError OCT_WORKITEM_UNKNOWN, OCT_WORKITEM_STATE when it has ended.
   */
  prioritise(uid: string, priority: number, reason: string): Promise<void> {
    return this.parts.ledger.write(async (tx) => {
      const row = await this.row(tx, uid);
      if (row.state === 'COMPLETED' || row.state === 'CANCELED') {
        throw new ArchiveError('OCT_WORKITEM_STATE', uid);
      }
      if (row.priority === priority) return;
      await tx.updateTable('workitem').set({ priority }).where('uid', '=', uid).execute();
      await this.event(tx, uid, 'prioritised', reason, { priority });
    });
  }

  /**
   * Ends a workitem without results; terminal (R32). A worker that has it in hand learns it at its next heartbeat.
   * @throws ArchiveError OCT_WORKITEM_UNKNOWN, OCT_WORKITEM_STATE when it has ended.
   */
  cancel(uid: string, reason: string): Promise<void> {
    const { ledger, now } = this.parts;
    return ledger.write(async (tx) => {
      const row = await this.row(tx, uid);
      if (row.state === 'COMPLETED' || row.state === 'CANCELED') {
        throw new ArchiveError('OCT_WORKITEM_STATE', uid);
      }
      await tx
        .updateTable('workitem')
        .set({ ...NO_LEASE, state: 'CANCELED', held: 0, reason, ended_at: now() })
        .where('uid', '=', uid)
        .execute();
      await this.event(tx, uid, 'cancelled', reason);
    });
  }

  /** The rows of `complete`, within `tx`. */
  async recordOutcome(
    tx: LedgerConnection,
    claim: WorkitemClaim,
    outcome: WorkitemOutcome,
  ): Promise<void> {
    const { folder, now } = this.parts;
    const at = now();
    await this.update(tx, claim, {
      ...NO_LEASE,
      state: 'COMPLETED',
      progress: 100,
      reason: null,
      ended_at: at,
    });
    const workitemUid = claim.workitemUid;
    const { studyInstanceUid, revision, priority } = await tx
      .selectFrom('workitem')
      .innerJoin('acquisition', (join) =>
        join
          .onRef('acquisition.id', '=', 'workitem.acquisition_id')
          .onRef('acquisition.revision', '=', 'workitem.acquisition_revision'),
      )
      .select([
        'acquisition.study_instance_uid as studyInstanceUid',
        'acquisition.revision',
        'workitem.priority',
      ])
      .where('workitem.uid', '=', workitemUid)
      .executeTakeFirstOrThrow();
    for (const result of outcome.results) {
      await recordResult(tx, at, { ...result, studyInstanceUid, workitemUid }, folder);
    }
    const urgent = outcome.urgent === true || priority > 0;
    await queueResults(tx, at, outcome, { studyInstanceUid, revision, urgent });
    if (outcome.reading !== undefined) {
      const { scan, choose } = outcome.reading;
      await recordReading(tx, at, studyInstanceUid, scan, choose);
    }
    await this.event(tx, workitemUid, 'completed', undefined, {
      results: outcome.results.length,
      destinations: outcome.destinations.length,
    });
  }

  /** Writes to a workitem under its lock; the lease must not have been released, cancelled or claimed again. */
  private async update(
    tx: LedgerConnection,
    { workitemUid, transactionUid }: WorkitemClaim,
    values: Partial<Selectable<WorkitemTable>>,
  ): Promise<void> {
    const { numUpdatedRows } = await tx
      .updateTable('workitem')
      .set(values)
      .where('uid', '=', workitemUid)
      .where('transaction_uid', '=', transactionUid)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new ArchiveError('OCT_LEASE_LOST', workitemUid);
  }

  /**
   * A worker that falls silent alone may have been killed by its scan: that counts as an attempt. When the whole node
   * stopped, the scan is not to blame, but only so often.
   */
  private async releaseLeases(
    tx: LedgerConnection,
    expiredBefore: number,
    because: 'worker-silent' | 'node-stopped',
  ): Promise<number> {
    const rows = await this.expiredQuery(tx, expiredBefore).execute();
    for (const { uid, attempts: begun, interrupted } of rows) {
      const attempts = because === 'node-stopped' ? begun - 1 : begun;
      const held = attempts >= this.parts.maxAttempts || interrupted + 1 >= MAX_INTERRUPTIONS;
      const reason = INTERRUPTIONS[because];
      await tx
        .updateTable('workitem')
        .set({
          ...NO_LEASE,
          state: 'SCHEDULED',
          held: held ? 1 : 0,
          reason,
          attempts,
          interrupted: interrupted + 1,
        })
        .where('uid', '=', uid)
        .execute();
      await this.event(tx, uid, held ? 'held' : 'lease-expired', reason, { attempt: begun });
    }
    return rows.length;
  }

  /** The query that finds expired leases, for the test of its plan. */
  expiredQuery(connection: LedgerConnection, expiredBefore: number) {
    return connection
      .selectFrom('workitem')
      .select(['uid', 'attempts', 'interrupted'])
      .where('state', '=', 'IN PROGRESS')
      .where('lease_expires_at', '<=', expiredBefore);
  }

  private async row(tx: LedgerConnection, uid: string): Promise<Selectable<WorkitemTable>> {
    const row = await tx
      .selectFrom('workitem')
      .selectAll()
      .where('uid', '=', uid)
      .executeTakeFirst();
    if (row === undefined) throw new ArchiveError('OCT_WORKITEM_UNKNOWN', uid);
    return row;
  }

  private event(
    tx: LedgerConnection,
    uid: string,
    what: EventName,
    reason?: string,
    detail?: Readonly<Record<string, string | number>>,
  ): Promise<void> {
    return recordEvent(tx, this.parts.now(), {
      subjectKind: 'workitem',
      subjectUid: uid,
      what,
      reason,
      detail,
    });
  }
}
