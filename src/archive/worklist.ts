import type { Selectable } from 'kysely';
import type { JsonDataSet } from '../dicom/dicom-json.js';
import { visibleState, type ProcedureStepState } from '../values/procedure-step.js';
import type { StoredInstance } from '../values/stored-instance.js';
import { membersOf } from './acquisitions.js';
import { newestEvent, wasWorkitem } from './events.js';
import type { Instances } from './instances.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type { WorkitemTable } from './ledger/schema.js';
import type { Results, StoredResult } from './results.js';

/** A workitem as a Unified Procedure Step. Times are milliseconds since 1970. */
export interface ProcedureStep {
  readonly uid: string;
  readonly studyInstanceUid: string;
  /** As others may see it. */
  readonly state: ProcedureStepState;
  readonly held: boolean;
  readonly reason: string | undefined;
  /** Percent. */
  readonly progress: number;
  readonly progressDescription: string | undefined;
  readonly priority: number;
  readonly scheduledAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly modifiedAt: number;
  /** Who performs it in place of our workers. */
  readonly performer: string | undefined;
  /** What others said of it. */
  readonly attributes: JsonDataSet;
  /** Of the study, its patient among them, as the stored objects say it. */
  readonly study: JsonDataSet;
  readonly inputs: readonly Pick<
    StoredInstance,
    'sopClassUid' | 'sopInstanceUid' | 'seriesInstanceUid'
  >[];
  readonly outputs: readonly Pick<
    StoredResult,
    'sopClassUid' | 'sopInstanceUid' | 'seriesInstanceUid'
  >[];
}

/** What the ledger itself can tell apart. */
export interface StepFilter {
  readonly uids?: readonly string[];
  readonly studies?: readonly string[];
  readonly state?: ProcedureStepState;
}

/** What changed of the steps since an event of the ledger. */
export interface StepChange {
  readonly uid: string;
  readonly what: 'scheduled' | 'claimed' | 'completed' | 'cancelled';
}

/** The queue as a worklist. */
export class Worklist {
  constructor(
    private readonly ledger: Ledger,
    private readonly instances: Instances,
    private readonly results: Results,
  ) {}

  /** The latest first. */
  async list(filter: StepFilter, limit: number, offset: number): Promise<readonly ProcedureStep[]> {
    const rows = await this.query(this.ledger.reader, filter)
      .orderBy('workitem.scheduled_at', 'desc')
      .orderBy('workitem.uid')
      .limit(limit)
      .offset(offset)
      .execute();
    const steps = [];
    for (const row of rows) steps.push(await this.complete(row));
    return steps;
  }

  async find(uid: string): Promise<ProcedureStep | undefined> {
    return (await this.list({ uids: [uid] }, 1, 0))[0];
  }

  /** The scans that these instances belong to, each by its newest revision. */
  async acquisitionsOf(sopInstanceUids: readonly string[]): Promise<readonly string[]> {
    const rows = await this.ledger.reader
      .selectFrom('acquisition_instance')
      .select('acquisition_id')
      .distinct()
      .where('sop_instance_uid', 'in', sopInstanceUids)
      .execute();
    return rows.map(({ acquisition_id }) => acquisition_id);
  }

  /** The Study and the patient of stored instances that belong to a scan. */
  async studyOf(acquisitionId: string): Promise<JsonDataSet> {
    const row = await this.ledger.reader
      .selectFrom('acquisition')
      .leftJoin('indexed_study as study', (join) =>
        join.onRef('study.study_instance_uid', '=', 'acquisition.study_instance_uid'),
      )
      .select('study.attributes')
      .where('acquisition.id', '=', acquisitionId)
      .executeTakeFirst();
    return JSON.parse(row?.attributes ?? '{}') as JsonDataSet;
  }

  /** Was there ever a workitem of this UID? */
  wasThere(uid: string): Promise<boolean> {
    return wasWorkitem(this.ledger.reader, uid);
  }

  lastEvent(): Promise<number> {
    return newestEvent(this.ledger.reader);
  }

  /** The changes of state after an event, in their order. */
  async changesSince(
    id: number,
  ): Promise<{ readonly last: number; readonly changes: readonly StepChange[] }> {
    const rows = await this.ledger.reader
      .selectFrom('event')
      .select(['id', 'subject_uid', 'what', 'subject_kind'])
      .where('id', '>', id)
      .orderBy('id')
      .limit(1000)
      .execute();
    const changes = rows
      .filter(({ subject_kind, what }) => subject_kind === 'workitem' && CHANGES.has(what))
      .map(({ subject_uid, what }) => ({ uid: subject_uid, what: what as StepChange['what'] }));
    return { last: rows.at(-1)?.id ?? id, changes };
  }

  private query(connection: LedgerConnection, { uids, studies, state }: StepFilter) {
    let query = connection
      .selectFrom('workitem')
      .innerJoin('acquisition', (join) =>
        join
          .onRef('acquisition.id', '=', 'workitem.acquisition_id')
          .onRef('acquisition.revision', '=', 'workitem.acquisition_revision'),
      )
      .leftJoin('procedure_step as step', 'step.workitem_uid', 'workitem.uid')
      .leftJoin('indexed_study as study', (join) =>
        join.onRef('study.study_instance_uid', '=', 'acquisition.study_instance_uid'),
      )
      .selectAll('workitem')
      .select([
        'acquisition.study_instance_uid',
        'step.attributes',
        'step.performer',
        'step.modified_at',
        'study.attributes as study',
      ]);
    if (uids !== undefined) query = query.where('workitem.uid', 'in', uids);
    if (studies !== undefined) query = query.where('acquisition.study_instance_uid', 'in', studies);
    if (state === 'SCHEDULED')
      query = query.where('state', '=', state).where('started_at', 'is', null);
    else if (state === 'IN PROGRESS')
      query = query.where((eb) =>
        eb.or([
          eb('state', '=', state),
          eb.and([eb('state', '=', 'SCHEDULED'), eb('started_at', 'is not', null)]),
        ]),
      );
    else if (state !== undefined) query = query.where('state', '=', state);
    return query;
  }

  private async complete(row: Row): Promise<ProcedureStep> {
    const members = await membersOf(
      this.ledger.reader,
      row.acquisition_id,
      row.acquisition_revision,
    );
    return {
      uid: row.uid,
      studyInstanceUid: row.study_instance_uid,
      state: visibleState(row.state, row.started_at),
      held: row.held === 1,
      reason: row.reason ?? undefined,
      progress: row.progress,
      progressDescription: row.progress_description ?? undefined,
      priority: row.priority,
      scheduledAt: row.scheduled_at,
      startedAt: row.started_at ?? undefined,
      endedAt: row.ended_at ?? undefined,
      modifiedAt: row.modified_at ?? row.scheduled_at,
      performer: row.performer ?? undefined,
      attributes: JSON.parse(row.attributes ?? '{}') as JsonDataSet,
      study: JSON.parse(row.study ?? '{}') as JsonDataSet,
      inputs: members.map((member) => this.instances.toInstance(member)),
      outputs: row.state === 'COMPLETED' ? await this.results.ofWorkitem(row.uid) : [],
    };
  }
}

interface Row extends Selectable<WorkitemTable> {
  readonly study_instance_uid: string;
  readonly attributes: string | null;
  readonly performer: string | null;
  readonly modified_at: number | null;
  readonly study: string | null;
}

const CHANGES: ReadonlySet<string> = new Set([
  'scheduled',
  'claimed',
  'completed',
  'cancelled',
] satisfies StepChange['what'][]);
