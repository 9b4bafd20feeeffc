import { existsSync } from 'node:fs';
import { deterministicUid, randomUid } from '../dicom/uid.js';
import type { Acquisition } from '../values/acquisition.js';
import { REFERRAL_CLASSES } from '../values/referral-class.js';
import type { ResultReference } from '../values/result-objects.js';
import type { ScanReading } from '../values/scan-reading.js';
import { findAcquisition, recordAcquisition } from './acquisitions.js';
import { besideNode } from './beside-node.js';
import type { DataFolder } from './data-folder.js';
import { ArchiveError } from './errors.js';
import { recordEvent } from './events.js';
import { Instances } from './instances.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import { readingsOf } from './readings.js';
import { Results } from './results.js';
import { workitemUid } from './workitem-schedule.js';
import type { WorkitemOutcome } from './workitem-outcome.js';
import { Workitems } from './workitems.js';

/** Which stored scans are meant: those that every condition holds of. */
export interface ReplaySelection {
  /** Study, Series or SOP Instance UIDs; empty: of any. */
  readonly uids: readonly string[];
  /** Their first instance came in this time (ms since 1970). */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly callingAeTitle?: string | undefined;
  /** A referral class, or `not-assessed`. */
  readonly decision?: string | undefined;
}

/** A stored scan as it is read again. */
export interface ReplayScan {
  /** Of the revision that the replay makes; its instances are those of the newest one. */
  readonly acquisition: Acquisition;
  /** Class, or reasons; absent: it was not read. */
  readonly before: string | undefined;
  readonly otherScans: readonly ScanReading[];
  /** The reports that the new ones follow. */
  readonly predecessors: readonly ResultReference[];
}

interface ReplayParts {
  readonly ledger: Ledger;
  readonly folder: DataFolder;
  readonly instances: Instances;
  readonly results: Results;
  readonly workitems: Pick<Workitems, 'recordOutcome'>;
  readonly now: () => number;
}

/**
 * Stored scans that are read once more. Nothing is on record of a replay until its results are: then one transaction
 * makes the next revision of the scan, with the same instances, its workitem, results and deliveries. So a replay that
 * is killed leaves no trace, and no worker of a node that runs ever sees it.
 */
export class Replays {
  constructor(private readonly parts: ReplayParts) {}

  get results(): Results {
    return this.parts.results;
  }

  /**
   * The ids of the scans that are meant, in the order in which they became complete.
   * @throws ArchiveError OCT_REPLAY_UNKNOWN for a UID that no scan has
   */
  async select(selection: ReplaySelection): Promise<readonly string[]> {
    const { uids, ...conditions } = selection;
    for (const uid of uids) {
      if ((await this.idsOf({ uids: [uid] })).length === 0)
        throw new ArchiveError('OCT_REPLAY_UNKNOWN', uid);
    }
    return this.idsOf({ uids, ...conditions });
  }

  /** @throws ArchiveError OCT_REPLAY_IN_HAND */
  async scan(id: string): Promise<ReplayScan> {
    const { ledger, instances, results } = this.parts;
    const newest = await standOf(ledger.reader, id);
    const found = await findAcquisition(ledger.reader, instances, id, newest.revision);
    if (found === undefined) throw new ArchiveError('OCT_REPLAY_UNKNOWN', id);
    if (newest.inHand) throw new ArchiveError('OCT_REPLAY_IN_HAND', id);
    const acquisition = { ...found, revision: found.revision + 1 };
    const readings = await readingsOf(ledger.reader, found.studyInstanceUid);
    return {
      acquisition,
      before: readings.find(({ acquisitionId }) => acquisitionId === id)?.decision,
      otherScans: readings.filter(({ acquisitionId }) => acquisitionId !== id),
      predecessors: await results.predecessors({
        workitemUid: workitemUid(acquisition),
        acquisition,
      }),
    };
  }

  /**
   * Puts a replay on record, all of it or nothing.
   * @throws ArchiveError OCT_REPLAY_OVERTAKEN, OCT_RESULT_CONFLICT; the files of the results are then removed
   */
  async record(
    { acquisition }: ReplayScan,
    outcome: WorkitemOutcome,
    { reason, modelSet }: { readonly reason: string; readonly modelSet: string },
  ): Promise<void> {
    const { ledger, results, workitems, now } = this.parts;
    const { id, revision } = acquisition;
    try {
      await ledger.write(async (tx) => {
        const newest = await standOf(tx, id);
        // A node that starts in this moment clears away files without a row.
        const whole = outcome.results.every(({ path }) => existsSync(path));
        if (newest.revision !== revision - 1 || newest.inHand || !whole)
          throw new ArchiveError('OCT_REPLAY_OVERTAKEN', id);
        const at = now();
        // The content is on record already, once (R10): what makes this revision is the replay.
        const digest = deterministicUid('replay', id, String(revision));
        const uid = await recordAcquisition(tx, at, acquisition, reason, digest);
        if (uid === undefined) throw new ArchiveError('OCT_REPLAY_OVERTAKEN', id);
        const claim = { workitemUid: uid, transactionUid: randomUid() };
        await tx
          .updateTable('workitem')
          .set({
            state: 'IN PROGRESS',
            attempts: 1,
            started_at: at,
            // It ends within this transaction: the lease is a matter of form.
            lease_owner: 'replay',
            lease_expires_at: at,
            transaction_uid: claim.transactionUid,
          })
          .where('uid', '=', uid)
          .execute();
        await workitems.recordOutcome(tx, claim, outcome);
        await recordEvent(tx, at, {
          subjectKind: 'workitem',
          subjectUid: uid,
          what: 'replayed',
          reason,
          detail: { revision, modelSet },
        });
      });
    } finally {
      await results.discardUnrecorded(outcome.results);
    }
  }

  private async idsOf(selection: ReplaySelection): Promise<string[]> {
    const { uids, since, until, callingAeTitle, decision } = selection;
    let query = this.parts.ledger.reader
      .selectFrom('acquisition')
      .innerJoin('acquisition_instance as member', (join) =>
        join
          .onRef('member.acquisition_id', '=', 'acquisition.id')
          .onRef('member.revision', '=', 'acquisition.revision'),
      )
      .innerJoin('instance', 'instance.sop_instance_uid', 'member.sop_instance_uid')
      .leftJoin('reading', 'reading.acquisition_id', 'acquisition.id')
      .select(({ fn }) => ['acquisition.id', fn.min('acquisition.created_at').as('complete_at')])
      .groupBy('acquisition.id')
      .orderBy('complete_at');
    if (uids.length > 0)
      query = query.where((eb) =>
        eb.or([
          eb('acquisition.study_instance_uid', 'in', uids),
          eb('instance.series_instance_uid', 'in', uids),
          eb('instance.sop_instance_uid', 'in', uids),
        ]),
      );
    if (callingAeTitle !== undefined)
      query = query.where('instance.calling_ae_title', '=', callingAeTitle);
    if (decision === 'not-assessed')
      query = query.where('reading.decision', 'not in', REFERRAL_CLASSES);
    else if (decision !== undefined) query = query.where('reading.decision', '=', decision);
    if (since !== undefined)
      query = query.having(({ fn }) => fn.min('instance.received_at'), '>=', since);
    if (until !== undefined)
      query = query.having(({ fn }) => fn.min('instance.received_at'), '<', until);
    return (await query.execute()).map(({ id }) => id);
  }
}

/** The newest revision of a scan, and whether somebody reads it or is about to. */
async function standOf(connection: LedgerConnection, id: string) {
  const row = await connection
    .selectFrom('acquisition')
    .leftJoin('workitem', (join) =>
      join
        .onRef('workitem.acquisition_id', '=', 'acquisition.id')
        .onRef('workitem.acquisition_revision', '=', 'acquisition.revision'),
    )
    .select(['acquisition.revision', 'workitem.state', 'workitem.held'])
    .where('acquisition.id', '=', id)
    .orderBy('acquisition.revision', 'desc')
    .executeTakeFirst();
  const waits = row?.state === 'SCHEDULED' && row.held === 0;
  return { revision: row?.revision ?? 0, inHand: waits || row?.state === 'IN PROGRESS' };
}

/**
 * The replays of a data folder on which a node may run, for a command of the operator.
 * @throws ArchiveError OCT_LEDGER_OTHER_VERSION
 */
export function withReplays<T>(dataDir: string, act: (replays: Replays) => Promise<T>): Promise<T> {
  return besideNode(dataDir, ({ ledger, folder }) => {
    const instances = new Instances(ledger, folder);
    const results = new Results(ledger, folder, Date.now);
    const parts = { ledger, folder, instances, results, now: Date.now };
    const workitems = new Workitems({ ...parts, maxAttempts: 1 });
    return act(new Replays({ ...parts, workitems }));
  });
}
