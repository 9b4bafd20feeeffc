import { deterministicUid } from '../dicom/uid.js';
import {
  STATE_CHANGES,
  visibleState,
  type ProcedureStepState,
  type StepAnswer,
} from '../values/procedure-step.js';
import { findAcquisition, recordAcquisition } from './acquisitions.js';
import { recordEvent, wasWorkitem, type EventName } from './events.js';
import type { Instances } from './instances.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import { LEASE_OF_OTHERS } from './workitem-schedule.js';

/** Attributes in DICOM JSON, as text; the archive does not look into them. */
type Attributes = Readonly<Record<string, unknown>>;

export interface RequestedStep {
  readonly uid: string;
  /** The scan that is to be read again, as its next revision. */
  readonly acquisitionId: string;
  readonly requestedBy: string;
  readonly priority: number;
  readonly attributes: Attributes;
}

export interface StepUpdate {
  readonly transactionUid: string | undefined;
  readonly attributes: Attributes;
  readonly priority?: number;
  /** Percent, and a word on it. */
  readonly progress?: number;
  readonly description?: string;
}

export interface StateRequest {
  readonly state: ProcedureStepState;
  readonly transactionUid: string;
  readonly performer: string;
  /** Does the step meet the requirements of a final state (PS3.4 Table CC.2.5-3)? */
  readonly meetsFinalState: (attributes: Attributes) => boolean;
}

const NO_LEASE = { lease_owner: null, lease_expires_at: null, transaction_uid: null } as const;

/** What others do with workitems, as Unified Procedure Steps (PS3.4 CC.2). Each request is one transaction. */
export class ProcedureSteps {
  constructor(
    private readonly ledger: Ledger,
    private readonly instances: Instances,
    private readonly now: () => number,
  ) {}

  /** A scan is to be read again: the next revision of its acquisition, which supersedes what was made of the earlier one. */
  create(step: RequestedStep): Promise<'done' | 'exists' | 'unknown'> {
    return this.ledger.write(async (tx) => {
      if ((await this.row(tx, step.uid)) !== undefined || (await wasWorkitem(tx, step.uid)))
        return 'exists';
      const newest = await tx
        .selectFrom('acquisition')
        .select('revision')
        .where('id', '=', step.acquisitionId)
        .orderBy('revision', 'desc')
        .executeTakeFirst();
      const found =
        newest && (await findAcquisition(tx, this.instances, step.acquisitionId, newest.revision));
      if (found === undefined) return 'unknown';
      const acquisition = { ...found, revision: found.revision + 1 };
      const at = this.now();
      const reason = 'asked for by UPS-RS';
      // The content is on record already, once (R10): what makes this revision is the request.
      const digest = deterministicUid('requested', step.uid);
      await recordAcquisition(tx, at, acquisition, reason, digest, step.uid);
      await tx
        .updateTable('workitem')
        .set({ priority: step.priority })
        .where('uid', '=', step.uid)
        .execute();
      await this.say(tx, step.uid, { requested_by: step.requestedBy }, step.attributes);
      return 'done';
    });
  }

  /** Claims a step for a performer beside our workers, or ends one that was claimed (PS3.4 CC.2.1). */
  changeState(uid: string, request: StateRequest): Promise<StepAnswer> {
    return this.ledger.write(async (tx) => {
      const row = await this.row(tx, uid);
      if (row === undefined) return this.absent(tx, uid);
      const state = visibleState(row.state, row.started_at);
      const answer = STATE_CHANGES[request.state][state];
      if (answer !== 'done') return answer;
      const at = this.now();
      if (request.state === 'IN PROGRESS') {
        await tx
          .updateTable('workitem')
          .set({
            state: 'IN PROGRESS',
            held: 0,
            progress: 0,
            lease_owner: request.performer,
            lease_expires_at: LEASE_OF_OTHERS,
            transaction_uid: request.transactionUid,
            started_at: at,
          })
          .where('uid', '=', uid)
          .execute();
        await this.say(tx, uid, { performer: request.performer }, {});
        await this.event(tx, uid, 'claimed', { by: request.performer });
        return 'done';
      }
      if (row.transaction_uid !== request.transactionUid) return 'transaction-incorrect';
      const said: unknown = JSON.parse(row.attributes ?? '{}');
      if (!request.meetsFinalState(said as Attributes)) return 'final-state-unmet';
      const { state: ended } = request;
      await tx
        .updateTable('workitem')
        .set({
          ...NO_LEASE,
          state: ended,
          reason: ended === 'CANCELED' ? 'discontinued by its performer' : null,
          ...(ended === 'COMPLETED' && { progress: 100 }),
          ended_at: at,
        })
        .where('uid', '=', uid)
        .execute();
      await this.say(tx, uid, {}, {});
      await this.event(tx, uid, ended === 'COMPLETED' ? 'completed' : 'cancelled', {
        by: row.lease_owner ?? '',
      });
      return 'done';
    });
  }

  /** PS3.4 CC.2.6: without a lock while it is SCHEDULED, by its performer alone while it is IN PROGRESS. */
  update(uid: string, update: StepUpdate): Promise<StepAnswer> {
    return this.ledger.write(async (tx) => {
      const row = await this.row(tx, uid);
      if (row === undefined) return this.absent(tx, uid);
      const state = visibleState(row.state, row.started_at);
      if (state === 'COMPLETED' || state === 'CANCELED') return 'inconsistent';
      const { transactionUid, progress, description, priority } = update;
      if (state === 'IN PROGRESS') {
        if (transactionUid === undefined) return 'transaction-missing';
        if (transactionUid !== row.transaction_uid) return 'transaction-incorrect';
      } else if (transactionUid !== undefined || progress !== undefined) return 'not-claimed';
      await tx
        .updateTable('workitem')
        .set({
          ...(priority !== undefined && { priority }),
          ...(progress !== undefined && { progress }),
          ...(description !== undefined && { progress_description: description }),
          attempts: row.attempts, // a statement without columns is none
        })
        .where('uid', '=', uid)
        .execute();
      await this.say(tx, uid, {}, update.attributes);
      return 'done';
    });
  }

  /** `gone` where it was deleted with its study. */
  private async absent(tx: LedgerConnection, uid: string): Promise<'gone' | 'unknown'> {
    return (await wasWorkitem(tx, uid)) ? 'gone' : 'unknown';
  }

  private row(tx: LedgerConnection, uid: string) {
    return tx
      .selectFrom('workitem')
      .leftJoin('procedure_step as step', 'step.workitem_uid', 'workitem.uid')
      .selectAll('workitem')
      .select('step.attributes')
      .where('uid', '=', uid)
      .executeTakeFirst();
  }

  /** Attributes are written over one by one, as N-SET does. */
  private async say(
    tx: LedgerConnection,
    uid: string,
    columns: { readonly requested_by?: string; readonly performer?: string },
    attributes: Attributes,
  ): Promise<void> {
    const known = await tx
      .selectFrom('procedure_step')
      .select('attributes')
      .where('workitem_uid', '=', uid)
      .executeTakeFirst();
    const values = {
      ...columns,
      attributes: JSON.stringify({
        ...(JSON.parse(known?.attributes ?? '{}') as Attributes),
        ...attributes,
      }),
      modified_at: this.now(),
    };
    await tx
      .insertInto('procedure_step')
      .values({ workitem_uid: uid, requested_by: null, performer: null, ...values })
      .onConflict((conflict) => conflict.column('workitem_uid').doUpdateSet(values))
      .execute();
  }

  private event(
    tx: LedgerConnection,
    uid: string,
    what: EventName,
    detail: Readonly<Record<string, string>>,
  ): Promise<void> {
    return recordEvent(tx, this.now(), {
      subjectKind: 'workitem',
      subjectUid: uid,
      what,
      detail,
    });
  }
}
