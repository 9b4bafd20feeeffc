import { createHash } from 'node:crypto';
import type { Acquisition, CompletenessReason } from '../values/acquisition.js';
import type { AssemblyOutcome } from '../values/assembly-outcome.js';
import { recordEvent } from './events.js';
import type { Instances } from './instances.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type { AssemblyState } from './ledger/schema.js';
import { scheduleWorkitem, workitemUid } from './workitem-schedule.js';

const STATE_OF: Readonly<Record<AssemblyOutcome['kind'], AssemblyState>> = {
  acquisition: 'assembled',
  part: 'incomplete',
  'not-input': 'not-input',
};

/** What the assembly made of the received instances. */
export class Acquisitions {
  constructor(
    private readonly ledger: Ledger,
    private readonly instances: Instances,
    private readonly now: () => number,
  ) {}

  /**
   * Puts the assembly's outcome for one instance on record, and with a complete acquisition its workitem, in one
   * transaction: after a crash either all of it is there or none. A repetition changes nothing (R10). Returns the UID
   * of the workitem that was made now.
   */
  record(sopInstanceUid: string, outcome: AssemblyOutcome): Promise<string | undefined> {
    return this.ledger.write(async (tx) => {
      const at = this.now();
      const { numUpdatedRows } = await tx
        .updateTable('instance')
        .set({
          assembly_state: STATE_OF[outcome.kind],
          assembly_reason: outcome.reason,
          part_of: outcome.kind === 'part' ? outcome.group : null,
        })
        .where('sop_instance_uid', '=', sopInstanceUid)
        .where('assembly_state', 'not in', ['assembled', STATE_OF[outcome.kind]])
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return undefined;
      await recordEvent(tx, at, {
        subjectKind: 'instance',
        subjectUid: sopInstanceUid,
        what: outcome.kind === 'acquisition' ? 'assembled' : 'kept',
        reason: outcome.reason,
      });
      return outcome.kind === 'acquisition'
        ? await recordAcquisition(tx, at, outcome.acquisition)
        : undefined;
    });
  }

  /**
   * Puts a complete scan in parts on record as the next revision of its acquisition, with its workitem, in one
   * transaction (R10). What was scheduled for an earlier revision and not begun is cancelled. Returns the UID of the
   * workitem, or `undefined` where this content is on record already.
   */
  recordGroup(
    acquisition: Omit<Acquisition, 'revision'>,
    reason: string,
  ): Promise<string | undefined> {
    return this.ledger.write(async (tx) => {
      const at = this.now();
      const { id, instances } = acquisition;
      for (const { sopInstanceUid } of instances) {
        const { numUpdatedRows } = await tx
          .updateTable('instance')
          .set({ assembly_state: 'assembled', assembly_reason: reason })
          .where('sop_instance_uid', '=', sopInstanceUid)
          .where('assembly_state', '!=', 'assembled')
          .executeTakeFirst();
        if (numUpdatedRows === 0n) continue;
        await recordEvent(tx, at, {
          subjectKind: 'instance',
          subjectUid: sopInstanceUid,
          what: 'assembled',
          reason,
        });
      }
      const known = await tx
        .selectFrom('acquisition')
        .select('revision')
        .where('id', '=', id)
        .orderBy('revision', 'desc')
        .executeTakeFirst();
      const revision = (known?.revision ?? 0) + 1;
      return recordAcquisition(tx, at, { ...acquisition, revision }, reason);
    });
  }

  /** Says why the instances of a scan in parts still wait. */
  explainWaiting(group: string, reason: string): Promise<void> {
    return this.ledger.write(async (tx) => {
      await tx
        .updateTable('instance')
        .set({ assembly_reason: reason })
        .where('part_of', '=', group)
        .where('assembly_state', '=', 'incomplete')
        .execute();
    });
  }

  /** The newest revision of each scan of a study: repeated scans of an eye are all kept. */
  async ofStudy(studyInstanceUid: string): Promise<readonly Acquisition[]> {
    const rows = await this.ledger.reader
      .selectFrom('acquisition')
      .select(({ fn }) => ['id', fn.max('revision').as('revision')])
      .where('study_instance_uid', '=', studyInstanceUid)
      .groupBy('id')
      .execute();
    const found = [];
    for (const { id, revision } of rows) found.push(await this.find(id, revision));
    return found.filter((acquisition) => acquisition !== undefined);
  }

  /** Puts on record which fundus picture shows where a scan lies; a later, better one takes its place. */
  recordLocalizer(
    id: string,
    { sopInstanceUid, because }: { readonly sopInstanceUid: string; readonly because: string },
  ): Promise<void> {
    return this.ledger.write(async (tx) => {
      await tx
        .insertInto('localizer')
        .values({ acquisition_id: id, sop_instance_uid: sopInstanceUid, because })
        .onConflict((conflict) =>
          conflict
            .column('acquisition_id')
            .doUpdateSet({ sop_instance_uid: sopInstanceUid, because }),
        )
        .execute();
    });
  }

  /** The localizer of a scan, and why it is taken for it. */
  async localizerOf(
    id: string,
  ): Promise<{ readonly sopInstanceUid: string; readonly because: string } | undefined> {
    const row = await this.ledger.reader
      .selectFrom('localizer')
      .selectAll()
      .where('acquisition_id', '=', id)
      .executeTakeFirst();
    return row && { sopInstanceUid: row.sop_instance_uid, because: row.because };
  }

  async find(id: string, revision: number): Promise<Acquisition | undefined> {
    return findAcquisition(this.ledger.reader, this.instances, id, revision);
  }
}

/** The rows of an acquisition's instances, in their order. */
export function membersOf(connection: LedgerConnection, id: string, revision: number) {
  return connection
    .selectFrom('acquisition_instance')
    .innerJoin('instance', 'instance.sop_instance_uid', 'acquisition_instance.sop_instance_uid')
    .selectAll('instance')
    .where('acquisition_id', '=', id)
    .where('revision', '=', revision)
    .orderBy('position')
    .execute();
}

/** Reads an acquisition on any connection. */
export async function findAcquisition(
  connection: LedgerConnection,
  instances: Instances,
  id: string,
  revision: number,
): Promise<Acquisition | undefined> {
  const row = await connection
    .selectFrom('acquisition')
    .selectAll()
    .where('id', '=', id)
    .where('revision', '=', revision)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const members = await membersOf(connection, id, revision);
  return {
    id: row.id,
    revision: row.revision,
    studyInstanceUid: row.study_instance_uid,
    completeBecause: row.complete_because as CompletenessReason,
    instances: members.map((member) => instances.toInstance(member)),
  };
}

/**
 * Puts an acquisition on record with its workitem, within `tx`, and cancels what waits of its earlier revisions; returns
 * the workitem's UID, or `undefined` where this content is on record (R10).
 */
export async function recordAcquisition(
  tx: LedgerConnection,
  at: number,
  acquisition: Acquisition,
  reason?: string,
  digest: string = contentDigest(acquisition),
  workitem: string = workitemUid(acquisition),
): Promise<string | undefined> {
  const { id, revision, studyInstanceUid, completeBecause } = acquisition;
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('acquisition')
    .values({
      id,
      revision,
      study_instance_uid: studyInstanceUid,
      complete_because: completeBecause,
      content_digest: digest,
      created_at: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return undefined;
  await tx
    .insertInto('acquisition_instance')
    .values(
      acquisition.instances.map(({ sopInstanceUid }, position) => ({
        acquisition_id: id,
        revision,
        position,
        sop_instance_uid: sopInstanceUid,
      })),
    )
    .execute();
  await recordEvent(tx, at, {
    subjectKind: 'acquisition',
    subjectUid: id,
    what: 'acquired',
    reason: completeBecause,
    detail: { revision, instances: acquisition.instances.length, ...(reason && { reason }) },
  });
  if (revision > 1) await cancelSuperseded(tx, at, id, revision);
  return scheduleWorkitem(tx, at, acquisition, workitem);
}

/** A later revision is read: nobody needs the reading of an earlier one that has not begun. */
async function cancelSuperseded(
  tx: LedgerConnection,
  at: number,
  id: string,
  revision: number,
): Promise<void> {
  const reason = `superseded by revision ${String(revision)}`;
  const cancelled = await tx
    .updateTable('workitem')
    .set({ state: 'CANCELED', held: 0, reason, ended_at: at })
    .where('acquisition_id', '=', id)
    .where('acquisition_revision', '<', revision)
    .where('state', '=', 'SCHEDULED')
    .returning('uid')
    .execute();
  for (const { uid } of cancelled)
    await recordEvent(tx, at, {
      subjectKind: 'workitem',
      subjectUid: uid,
      what: 'cancelled',
      reason,
    });
}

/** SHA-256 over the digests of its instances, in their order. */
function contentDigest({ instances }: Acquisition): string {
  const hash = createHash('sha256');
  for (const { digest } of instances) hash.update(digest);
  return hash.digest('hex');
}
