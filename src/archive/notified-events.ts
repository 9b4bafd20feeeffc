import type { Selectable } from 'kysely';
import type { NotifiedEvent } from '../values/notification.js';
import { REFERRAL_CLASSES } from '../values/referral-class.js';
import { membersOf } from './acquisitions.js';
import type { DataFolder } from './data-folder.js';
import type { LedgerConnection } from './ledger/ledger.js';
import type { EventTable } from './ledger/schema.js';

/** The events of the ledger that somebody may want to be told of. */
export const TOLD_EVENTS = [
  'read',
  'held',
  'delivery-failed',
  'verification-failed',
  'commitment-failed',
] as const;

/** The scan that an event speaks of, and what it says. */
export async function subjectOf(
  tx: LedgerConnection,
  event: Selectable<EventTable>,
  folder: DataFolder,
) {
  const detail = detailOf(event);
  const ofResult = event.subject_kind === 'result';
  const result = ofResult
    ? await tx
        .selectFrom('result')
        .select('workitem_uid')
        .where('sop_instance_uid', '=', event.subject_uid)
        .executeTakeFirst()
    : undefined;
  const workitem = await tx
    .selectFrom('workitem')
    .select(['acquisition_id', 'acquisition_revision'])
    .where('uid', '=', result?.workitem_uid ?? event.subject_uid)
    .executeTakeFirst();
  const scan = workitem?.acquisition_id ?? event.subject_uid;
  const revision = workitem?.acquisition_revision ?? Number(detail['revision'] ?? 1);
  const reading = await tx
    .selectFrom('reading')
    .select('laterality')
    .where('acquisition_id', '=', scan)
    .executeTakeFirst();
  const [first] = await membersOf(tx, scan, revision);
  return {
    ...{ scan, revision, source: first ? folder.absolute(first.path) : '' },
    ...(reading?.laterality != null && { laterality: reading.laterality }),
    ...(event.what === 'read' && { decision: String(detail['decision']) }),
    ...(ofResult && {
      destination: String(detail['destination'] ?? ''),
      cause: event.what === 'delivery-failed' ? causeOf(detail) : event.what,
    }),
    ...(event.what === 'held' && { cause: /\[(\w+)\]$/.exec(event.reason ?? '')?.[1] ?? 'held' }),
  };
}

/** What an event is told as; most are not. */
export async function toldAs(
  tx: LedgerConnection,
  event: Selectable<EventTable>,
): Promise<NotifiedEvent | undefined> {
  const what = TOLD_EVENTS.find((name) => name === event.what);
  if (what === undefined) return undefined;
  if (what === 'held') return 'workitem-held';
  const detail = detailOf(event);
  if (what === 'read') {
    const { decision } = detail;
    if (decision === 'urgent') return 'urgent';
    return REFERRAL_CLASSES.some((name) => name === decision) ? 'other-decision' : 'not-assessed';
  }
  // What went as another kind of object has not failed.
  const replaced = await tx
    .selectFrom('event')
    .select('detail')
    .where('subject_uid', '=', event.subject_uid)
    .where('what', '=', 'delivery-replaced')
    .where('id', '>', event.id)
    .execute();
  const instead = replaced.some((one) => detailOf(one)['destination'] === detail['destination']);
  return instead ? undefined : 'delivery-failed';
}

type Detail = Readonly<Record<string, string | number>>;

function detailOf({ detail }: { readonly detail: string | null }): Detail {
  return detail === null ? {} : (JSON.parse(detail) as Detail);
}

function causeOf({ status, errorClass }: Detail): string {
  if (typeof status !== 'number') return String(errorClass ?? 'unknown');
  return `0x${status.toString(16).toUpperCase().padStart(4, '0')}`;
}
