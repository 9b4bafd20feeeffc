import type { Ledger, LedgerConnection } from './ledger/ledger.js';

/** What an event is about. */
export type SubjectKind =
  'instance' | 'acquisition' | 'workitem' | 'result' | 'association' | 'commitment' | 'archive';

/** Everything that is put on record, in the order of a scan's life. */
export const EVENTS = {
  received: 'stored, synced and on record',
  duplicate: 'sent again with the same content: nothing to do',
  conflict: 'sent again with other content: refused, newcomer in quarantine',
  refused: 'not taken',
  quarantined: 'not taken; its bytes lie in quarantine',
  abandoned: 'the transfer ended before the object was whole',
  missing: 'on record, but its file is not there',
  rebuilt: 'files without a row were put on record again',
  expired: 'delivered and past its time: deleted',
  assembled: 'part of an acquisition',
  kept: 'stored, but nothing is made of it',
  acquired: 'the acquisition is complete',
  scheduled: 'waiting for a worker',
  claimed: 'a worker has it in hand',
  'attempt-failed': 'the attempt failed; it is tried again',
  'lease-expired': 'the worker gave no sign of life; it is tried again',
  held: 'waits for an operator',
  released: 'an operator lets it go on',
  prioritised: 'it goes before others, or in turn again',
  completed: 'its results are on record',
  replayed: 'an operator had it read again; the results follow the earlier ones',
  read: 'the scan has been read',
  chosen: 'stands for its eye in the study: the best by quality of its scans',
  judged: 'a reader has said whether the decision is right',
  cancelled: 'ended without results',
  created: 'the result is on record',
  queued: 'to be delivered',
  'delivery-postponed': 'the delivery failed; it is tried again',
  'delivery-interrupted': 'this node stopped during the delivery; it is tried again',
  'delivery-failed': 'the delivery failed for good',
  'delivery-replaced': 'it goes as another kind of object, which the destination takes',
  'delivery-replayed': 'an operator has it delivered again',
  'delivery-cancelled': 'an operator has ended the delivery',
  delivered: 'the destination has it',
  verified: 'the destination, asked by a query, holds it',
  'verification-failed': 'the destination, asked by a query, does not hold it',
  'commitment-asked': 'the destination was asked to answer for its storage',
  committed: 'the destination answers for its storage',
  'commitment-failed': 'the destination does not answer for its storage',
  'commitment-reported': 'who asked was told that we answer for its storage',
  'commitment-refused': 'who asked was told that we do not answer for its storage',
  'commitment-unreported': 'who asked could not be told whether we answer for its storage',
  'counts-differ': 'requests, responses and stored objects of an association differ',
  recovered: 'the node has put in order what its last run left',
} as const;
export type EventName = keyof typeof EVENTS;

/** What an event is in words. */
export function eventMeaning(what: string): string {
  return what in EVENTS ? EVENTS[what as EventName] : what;
}

/** One step in the life of a scan. Holds UIDs, AE titles, codes and digests, and nothing of the patient. */
export interface LedgerEvent {
  readonly subjectKind: SubjectKind;
  readonly subjectUid: string;
  readonly what: EventName;
  readonly reason?: string | undefined;
  readonly detail?: Readonly<Record<string, string | number>> | undefined;
}

export interface RecordedEvent extends LedgerEvent {
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Puts an event on record, within the transaction of the step that it tells of. */
export async function recordEvent(
  tx: LedgerConnection,
  at: number,
  event: LedgerEvent,
): Promise<void> {
  await tx
    .insertInto('event')
    .values({
      at,
      subject_kind: event.subjectKind,
      subject_uid: event.subjectUid,
      what: event.what,
      reason: event.reason ?? null,
      detail: event.detail === undefined ? null : JSON.stringify(event.detail),
    })
    .execute();
}

/** The id of the newest event; 0 where there is none. */
export async function newestEvent(connection: LedgerConnection): Promise<number> {
  const row = await connection
    .selectFrom('event')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst();
  return row?.id ?? 0;
}

/** Was there ever a workitem of this UID? Its events outlive it. */
export async function wasWorkitem(connection: LedgerConnection, uid: string): Promise<boolean> {
  const event = await connection
    .selectFrom('event')
    .select('id')
    .where('subject_uid', '=', uid)
    .where('subject_kind', '=', 'workitem')
    .limit(1)
    .executeTakeFirst();
  return event !== undefined;
}

/** Reads the ledger's events. */
export class Events {
  constructor(
    private readonly ledger: Ledger,
    private readonly now: () => number,
  ) {}

  /** Puts on record what has no other row, e.g. that a transfer was abandoned. */
  record(event: LedgerEvent): Promise<void> {
    return this.ledger.write((tx) => recordEvent(tx, this.now(), event));
  }

  /** The last `limit` events with one of these names, newest first. */
  async latest(limit: number, ...names: readonly EventName[]): Promise<readonly RecordedEvent[]> {
    const rows = await this.ledger.reader
      .selectFrom('event')
      .selectAll()
      .where('what', 'in', names)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(toEvent);
  }

  /** The life of one received SOP instance, from its arrival to the delivery of what was made of it, in order. */
  async timeline(sopInstanceUid: string): Promise<readonly RecordedEvent[]> {
    const { reader } = this.ledger;
    const rows = await reader
      .selectFrom('acquisition_instance')
      .select('acquisition_id')
      .distinct()
      .where('sop_instance_uid', '=', sopInstanceUid)
      .execute();
    const acquisitions = rows.map(({ acquisition_id }) => acquisition_id);
    return eventsOfScans(reader, [sopInstanceUid], acquisitions);
  }
}

/** All that is on record of these instances and acquisitions, and of what was made of the acquisitions, in order. */
export async function eventsOfScans(
  reader: LedgerConnection,
  instances: readonly string[],
  acquisitions: readonly string[],
): Promise<readonly RecordedEvent[]> {
  const workitems = reader
    .selectFrom('workitem')
    .select('uid')
    .where('acquisition_id', 'in', acquisitions);
  const results = reader
    .selectFrom('result')
    .select('sop_instance_uid')
    .where('workitem_uid', 'in', workitems);
  const rows = await reader
    .selectFrom('event')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('subject_uid', 'in', instances),
        eb('subject_uid', 'in', acquisitions),
        eb('subject_uid', 'in', workitems),
        eb('subject_uid', 'in', results),
      ]),
    )
    .orderBy('id')
    .execute();
  return rows.map(toEvent);
}

interface EventRow {
  id: number;
  at: number;
  subject_kind: string;
  subject_uid: string;
  what: string;
  reason: string | null;
  detail: string | null;
}

function toEvent(row: EventRow): RecordedEvent {
  return {
    id: row.id,
    at: new Date(row.at).toISOString(),
    subjectKind: row.subject_kind as SubjectKind,
    subjectUid: row.subject_uid,
    what: row.what as EventName,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.detail !== null && {
      detail: JSON.parse(row.detail) as Record<string, string | number>,
    }),
  };
}
