import { createHash } from 'node:crypto';
import type { Acquisition, CompletenessReason } from '../values/acquisition.js';
import type { AssemblyOutcome } from '../values/assembly-outcome.js';
import { recordEvent } from './events.js';
import type { Instances } from './instances.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type { AssemblyState } from './ledger/schema.js';
import { scheduleWorkitem } from './workitem-schedule.js';

const STATE_OF: Readonly<Record<AssemblyOutcome['kind'], AssemblyState>> = {
  acquisition: 'assembled',
  incomplete: 'incomplete',
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
        .set({ assembly_state: STATE_OF[outcome.kind], assembly_reason: outcome.reason })
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

  async find(id: string, revision: number): Promise<Acquisition | undefined> {
    return findAcquisition(this.ledger.reader, this.instances, id, revision);
  }
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
  const members = await connection
    .selectFrom('acquisition_instance')
    .innerJoin('instance', 'instance.sop_instance_uid', 'acquisition_instance.sop_instance_uid')
    .selectAll('instance')
    .where('acquisition_id', '=', id)
    .where('revision', '=', revision)
    .orderBy('position')
    .execute();
  return {
    id: row.id,
    revision: row.revision,
    studyInstanceUid: row.study_instance_uid,
    completeBecause: row.complete_because as CompletenessReason,
    instances: members.map((member) => instances.toInstance(member)),
  };
}

async function recordAcquisition(
  tx: LedgerConnection,
  at: number,
  acquisition: Acquisition,
): Promise<string | undefined> {
  const { id, revision, studyInstanceUid, completeBecause } = acquisition;
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('acquisition')
    .values({
      id,
      revision,
      study_instance_uid: studyInstanceUid,
      complete_because: completeBecause,
      content_digest: contentDigest(acquisition),
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
    detail: { revision, instances: acquisition.instances.length },
  });
  return scheduleWorkitem(tx, at, acquisition);
}

/** SHA-256 over the digests of its instances, in their order. */
function contentDigest({ instances }: Acquisition): string {
  const hash = createHash('sha256');
  for (const { digest } of instances) hash.update(digest);
  return hash.digest('hex');
}
