import { deterministicUid } from '../dicom/uid.js';
import type { Acquisition } from '../values/acquisition.js';
import { recordEvent } from './events.js';
import type { LedgerConnection } from './ledger/ledger.js';

/** The UID of the workitem that reads an acquisition: the same at each start. */
export function workitemUid({ id, revision }: Pick<Acquisition, 'id' | 'revision'>): string {
  return deterministicUid('workitem', id, String(revision));
}

/** Makes the workitem of an acquisition, within the transaction that records it; returns its UID. */
export async function scheduleWorkitem(
  tx: LedgerConnection,
  at: number,
  acquisition: Pick<Acquisition, 'id' | 'revision' | 'instances'>,
): Promise<string> {
  const uid = workitemUid(acquisition);
  const device = acquisition.instances[0]?.callingAeTitle ?? '';
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('workitem')
    .values({
      uid,
      acquisition_id: acquisition.id,
      acquisition_revision: acquisition.revision,
      scheduled_at: at,
      device,
      reason: null,
      progress_description: null,
      lease_owner: null,
      lease_expires_at: null,
      transaction_uid: null,
      started_at: null,
      ended_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 0n) {
    await tx
      .insertInto('device_turn')
      .values({ device, served_at: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await recordEvent(tx, at, { subjectKind: 'workitem', subjectUid: uid, what: 'scheduled' });
  }
  return uid;
}
