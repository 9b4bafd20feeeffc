import type { Selectable } from 'kysely';
import type { Laterality } from '../values/laterality.js';
import type { ScanChoice, ScanReading } from '../values/scan-reading.js';
import { recordEvent } from './events.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type { ReadingTable } from './ledger/schema.js';
import { recordFigures } from './scan-history.js';

/** The rule that chooses among the scans of one eye in one study. */
export type ScanRule = (scans: readonly [ScanReading, ...ScanReading[]]) => ScanChoice;

/** What was read of each scan, and which scan stands for its eye in a study. */
export class Readings {
  constructor(private readonly ledger: Ledger) {}

  /** The reading of a scan's newest revision. */
  async find(acquisitionId: string): Promise<ScanReading | undefined> {
    const row = await this.ledger.reader
      .selectFrom('reading')
      .selectAll()
      .where('acquisition_id', '=', acquisitionId)
      .executeTakeFirst();
    return row && toReading(row);
  }

  ofStudy(studyInstanceUid: string): Promise<readonly ScanReading[]> {
    return readingsOf(this.ledger.reader, studyInstanceUid);
  }

  /** The scan that stands for an eye in a study, and why. */
  async choiceOf(
    studyInstanceUid: string,
    laterality: Laterality,
  ): Promise<ScanChoice | undefined> {
    return choiceOf(this.ledger.reader, studyInstanceUid, laterality);
  }
}

export async function readingsOf(
  connection: LedgerConnection,
  studyInstanceUid: string,
): Promise<readonly ScanReading[]> {
  const rows = await connection
    .selectFrom('reading')
    .selectAll()
    .where('study_instance_uid', '=', studyInstanceUid)
    .orderBy('received_at')
    .execute();
  return rows.map(toReading);
}

/**
 * Puts a reading on record within `tx` and chooses anew among the scans of its eye. An older revision that ends after a
 * newer one changes nothing.
 */
export async function recordReading(
  tx: LedgerConnection,
  at: number,
  studyInstanceUid: string,
  reading: ScanReading,
  choose: ScanRule,
): Promise<void> {
  const { acquisitionId, laterality = null, figures } = reading;
  if (figures !== undefined) await recordFigures(tx, at, reading, figures);
  const known = await tx
    .selectFrom('reading')
    .select('revision')
    .where('acquisition_id', '=', acquisitionId)
    .executeTakeFirst();
  if (known !== undefined && known.revision > reading.revision) return;
  const row = {
    acquisition_id: acquisitionId,
    revision: reading.revision,
    study_instance_uid: studyInstanceUid,
    sop_instance_uid: reading.sopInstanceUid,
    received_at: Date.parse(reading.receivedAt),
    laterality,
    grade: reading.grade ?? null,
    signal: reading.signal ?? null,
    frames: reading.frames ?? null,
    decision: reading.decision,
    device: reading.device,
  };
  await tx
    .insertInto('reading')
    .values(row)
    .onConflict((conflict) => conflict.column('acquisition_id').doUpdateSet(row))
    .execute();
  await recordEvent(tx, at, {
    subjectKind: 'acquisition',
    subjectUid: acquisitionId,
    what: 'read',
    reason: reading.device,
    detail: { revision: reading.revision, decision: reading.decision },
  });
  if (laterality !== null) await chooseScan(tx, at, studyInstanceUid, laterality, choose);
}

async function chooseScan(
  tx: LedgerConnection,
  at: number,
  studyInstanceUid: string,
  laterality: Laterality,
  choose: ScanRule,
): Promise<void> {
  const [first, ...rest] = (await readingsOf(tx, studyInstanceUid)).filter(
    (reading) => reading.laterality === laterality,
  );
  if (first === undefined) return;
  const { acquisitionId, because } = choose([first, ...rest]);
  const before = await choiceOf(tx, studyInstanceUid, laterality);
  const choice = { acquisition_id: acquisitionId, because };
  await tx
    .insertInto('eye_choice')
    .values({ study_instance_uid: studyInstanceUid, laterality, ...choice })
    .onConflict((conflict) =>
      conflict.columns(['study_instance_uid', 'laterality']).doUpdateSet(choice),
    )
    .execute();
  if (before?.acquisitionId === acquisitionId) return;
  await recordEvent(tx, at, {
    subjectKind: 'acquisition',
    subjectUid: acquisitionId,
    what: 'chosen',
    reason: because,
  });
}

async function choiceOf(
  connection: LedgerConnection,
  studyInstanceUid: string,
  laterality: Laterality,
): Promise<ScanChoice | undefined> {
  const row = await connection
    .selectFrom('eye_choice')
    .selectAll()
    .where('study_instance_uid', '=', studyInstanceUid)
    .where('laterality', '=', laterality)
    .executeTakeFirst();
  return row && { acquisitionId: row.acquisition_id, because: row.because };
}

export function toReading(row: Selectable<ReadingTable>): ScanReading {
  return {
    acquisitionId: row.acquisition_id,
    revision: row.revision,
    sopInstanceUid: row.sop_instance_uid,
    receivedAt: new Date(row.received_at).toISOString(),
    laterality: row.laterality ?? undefined,
    grade: row.grade ?? undefined,
    signal: row.signal ?? undefined,
    frames: row.frames ?? undefined,
    decision: row.decision,
    device: row.device,
  };
}
