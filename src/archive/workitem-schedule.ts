import { deterministicUid } from '../dicom/uid.js';
import type { Acquisition } from '../values/acquisition.js';
import { recordEvent } from './events.js';
import type { LedgerConnection } from './ledger/ledger.js';

/** Who claims a workitem by UPS-RS holds it without a term (PS3.4 CC knows none): until they, or an operator, end it. */
export const LEASE_OF_OTHERS = Number.MAX_SAFE_INTEGER;

/** The UID of the workitem that reads an acquisition: the same at each start. */
export function workitemUid({ id, revision }: Pick<Acquisition, 'id' | 'revision'>): string {
  return deterministicUid('workitem', id, String(revision));
}

/** Makes the workitem of an acquisition, within the transaction that records it; returns its UID. */
export async function scheduleWorkitem(
  tx: LedgerConnection,
  at: number,
  acquisition: Pick<Acquisition, 'id' | 'revision' | 'instances'>,
  uid = workitemUid(acquisition),
): Promise<string> {
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
