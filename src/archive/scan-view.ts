import type { Selectable } from 'kysely';
import type { Laterality } from '../values/laterality.js';
import type { CompletenessReason } from '../values/acquisition.js';
import { REFERRAL_CLASSES } from '../values/referral-class.js';
import type { ScanReading } from '../values/scan-reading.js';
import { membersOf } from './acquisitions.js';
import type { DataFolder } from './data-folder.js';
import { eventsOfScans, type RecordedEvent } from './events.js';
import type { Ledger } from './ledger/ledger.js';
import type { WorkitemState, WorkitemTable } from './ledger/schema.js';
import { toDelivery, type Delivery } from './delivery-row.js';
import { toReading } from './readings.js';
import { toResult, type StoredResult } from './results.js';

/** Which scans are listed; what is absent does not restrict. */
export interface ScanFilter {
  /** A referral class, or `not-assessed`. */
  readonly decision?: string;
  readonly laterality?: Laterality;
  readonly callingAeTitle?: string;
  /** Only scans that became complete before this time (ms since 1970). */
  readonly before?: number;
}

/** How a scan came: its instances together. */
export interface ScanArrival {
  readonly instances: number;
  readonly byteLength: number;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly peerAddress: string;
  /** Milliseconds since 1970, of the first and the last instance. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** The first instance of the scan. */
  readonly sopInstanceUid: string;
  /** Absolute path of its file. */
  readonly path: string;
}

export interface ScanWork {
  readonly uid: string;
  readonly state: WorkitemState;
  readonly held: boolean;
  readonly reason: string | undefined;
  readonly progress: number;
  readonly progressDescription: string | undefined;
  readonly attempts: number;
  readonly scheduledAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** The newest revision of a scan with everything that became of it. Times are milliseconds since 1970. */
export interface ScanRecord {
  readonly id: string;
  readonly revision: number;
  readonly studyInstanceUid: string;
  readonly completeBecause: CompletenessReason;
  readonly completeAt: number;
  readonly arrival: ScanArrival;
  readonly work: ScanWork;
  /** Absent until this revision has been read. */
  readonly reading: ScanReading | undefined;
  readonly results: readonly StoredResult[];
  readonly deliveries: readonly Delivery[];
}

/** Scans as the console shows them. */
export class ScanView {
  constructor(
    private readonly ledger: Ledger,
    private readonly folder: DataFolder,
  ) {}

  /** The newest revisions, the latest first. */
  async list(filter: ScanFilter, limit: number): Promise<readonly ScanRecord[]> {
    const { decision, laterality, callingAeTitle, before } = filter;
    let query = this.query().orderBy('acquisition.created_at', 'desc').limit(limit);
    if (before !== undefined) query = query.where('acquisition.created_at', '<', before);
    if (laterality !== undefined) query = query.where('reading.laterality', '=', laterality);
    if (decision === 'not-assessed') {
      query = query.where('reading.decision', 'not in', REFERRAL_CLASSES);
    } else if (decision !== undefined) {
      query = query.where('reading.decision', '=', decision);
    }
    if (callingAeTitle !== undefined) {
      query = query.where((eb) =>
        eb.exists(
          eb
            .selectFrom('acquisition_instance')
            .innerJoin(
              'instance',
              'instance.sop_instance_uid',
              'acquisition_instance.sop_instance_uid',
            )
            .select('position')
            .whereRef('acquisition_id', '=', 'acquisition.id')
            .where('instance.calling_ae_title', '=', callingAeTitle),
        ),
      );
    }
    return this.complete(await query.execute());
  }

  async find(id: string): Promise<ScanRecord | undefined> {
    const rows = await this.query().where('acquisition.id', '=', id).execute();
    return (await this.complete(rows))[0];
  }

  /** Everything on record of a scan, in order; what happened to each of many instances is among it. */
  async timeline(id: string): Promise<readonly RecordedEvent[]> {
    const { reader } = this.ledger;
    const rows = await reader
      .selectFrom('acquisition_instance')
      .select('sop_instance_uid')
      .distinct()
      .where('acquisition_id', '=', id)
      .execute();
    const instances = rows.map(({ sop_instance_uid }) => sop_instance_uid);
    return eventsOfScans(reader, instances, [id]);
  }

  /** Differs from what it was where anything changed that the console shows. */
  async stamp(): Promise<string> {
    const { reader } = this.ledger;
    const row = await reader
      .selectNoFrom((eb) => [
        eb
          .selectFrom('event')
          .select(({ fn }) => fn.max('id').as('at'))
          .as('event'),
        eb
          .selectFrom('refusal')
          .select(({ fn }) => fn.max('last_at').as('at'))
          .as('refusal'),
        eb
          .selectFrom('association')
          .select(({ fn }) => fn.max('closed_at').as('at'))
          .as('call'),
        eb
          .selectFrom('tables_version')
          .select(({ fn }) => fn.max('id').as('at'))
          .as('tables'),
        eb
          .selectFrom('commissioning_word')
          .select(({ fn }) => fn.max('at').as('at'))
          .as('word'),
        eb
          .selectFrom('commissioning_report')
          .select(({ fn }) => fn.max('id').as('at'))
          .as('report'),
        eb
          .selectFrom('housekeeping_run')
          .select(({ fn }) => fn.max('at').as('at'))
          .as('housekeeping'),
        eb
          .selectFrom('workitem')
          .select(({ fn }) => fn.sum<number>('progress').as('at'))
          .where('state', '=', 'IN PROGRESS')
          .as('progress'),
      ])
      .executeTakeFirstOrThrow();
    return Object.values(row).join('.');
  }

  private query() {
    return this.ledger.reader
      .selectFrom('acquisition')
      .innerJoin('workitem', (join) =>
        join
          .onRef('workitem.acquisition_id', '=', 'acquisition.id')
          .onRef('workitem.acquisition_revision', '=', 'acquisition.revision'),
      )
      .leftJoin('reading', (join) =>
        join
          .onRef('reading.acquisition_id', '=', 'acquisition.id')
          .onRef('reading.revision', '=', 'acquisition.revision'),
      )
      .selectAll('workitem')
      .select([
        'acquisition.id',
        'acquisition.revision',
        'acquisition.study_instance_uid',
        'acquisition.complete_because',
        'acquisition.created_at',
      ])
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('acquisition as newer')
              .select('newer.id')
              .whereRef('newer.id', '=', 'acquisition.id')
              .whereRef('newer.revision', '>', 'acquisition.revision'),
          ),
        ),
      );
  }

  private async complete(rows: readonly Row[]): Promise<readonly ScanRecord[]> {
    const scans: ScanRecord[] = [];
    for (const row of rows) {
      const arrival = await this.arrivalOf(row.id, row.revision);
      if (arrival === undefined) continue;
      const { results, deliveries } = await this.outputOf(row.uid);
      scans.push({
        id: row.id,
        revision: row.revision,
        studyInstanceUid: row.study_instance_uid,
        completeBecause: row.complete_because as CompletenessReason,
        completeAt: row.created_at,
        arrival,
        work: toWork(row),
        reading: await this.readingOf(row.id, row.revision),
        results,
        deliveries,
      });
    }
    return scans;
  }

  private async arrivalOf(id: string, revision: number): Promise<ScanArrival | undefined> {
    const rows = await membersOf(this.ledger.reader, id, revision);
    const [first] = rows;
    if (first === undefined) return undefined;
    const times = rows.map(({ received_at }) => received_at);
    return {
      instances: rows.length,
      byteLength: rows.reduce((sum, { byte_length }) => sum + byte_length, 0),
      callingAeTitle: first.calling_ae_title,
      calledAeTitle: first.called_ae_title,
      peerAddress: first.peer_address,
      firstAt: Math.min(...times),
      lastAt: Math.max(...times),
      sopInstanceUid: first.sop_instance_uid,
      path: this.folder.absolute(first.path),
    };
  }

  private async readingOf(id: string, revision: number): Promise<ScanReading | undefined> {
    const row = await this.ledger.reader
      .selectFrom('reading')
      .selectAll()
      .where('acquisition_id', '=', id)
      .where('revision', '=', revision)
      .executeTakeFirst();
    return row && toReading(row);
  }

  private async outputOf(workitemUid: string): Promise<Pick<ScanRecord, 'results' | 'deliveries'>> {
    const { reader } = this.ledger;
    const results = await reader
      .selectFrom('result')
      .selectAll()
      .where('workitem_uid', '=', workitemUid)
      .orderBy('created_at')
      .execute();
    const deliveries = await reader
      .selectFrom('delivery')
      .selectAll()
      .where(
        'result_sop_instance_uid',
        'in',
        results.map(({ sop_instance_uid }) => sop_instance_uid),
      )
      .orderBy('id')
      .execute();
    return {
      results: results.map((row) => toResult(row, this.folder)),
      deliveries: deliveries.map(toDelivery),
    };
  }
}

interface Row extends Selectable<WorkitemTable> {
  readonly id: string;
  readonly revision: number;
  readonly study_instance_uid: string;
  readonly complete_because: string;
  readonly created_at: number;
}

function toWork(row: Row): ScanWork {
  return {
    uid: row.uid,
    state: row.state,
    held: row.held === 1,
    reason: row.reason ?? undefined,
    progress: row.progress,
    progressDescription: row.progress_description ?? undefined,
    attempts: row.attempts,
    scheduledAt: row.scheduled_at,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
  };
}
