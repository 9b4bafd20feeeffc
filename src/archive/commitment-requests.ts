import {
  FAILURE_REASONS,
  type CommitmentReport,
  type CommitmentRequest,
  type SopReference,
} from '../values/storage-commitment.js';
import { digestOfEnd } from './durable-file.js';
import { recordEvent } from './events.js';
import type { Instances } from './instances.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';

/** Who asked, whom, and over which association. */
export interface CommitmentCaller {
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly associationId: string;
}

/** One report in hand. */
export interface OwedReport {
  readonly id: number;
  readonly transactionUid: string;
  readonly callingAeTitle: string;
  /** The AE title that was asked: the report comes from it (R35). */
  readonly calledAeTitle: string;
  /** This attempt, counted from 1. */
  readonly attempt: number;
}

export type ReportSettlement = {
  readonly status?: number | undefined;
  readonly comment?: string | undefined;
} & (
  | { readonly state: 'reported' | 'failed' }
  | { readonly state: 'owed'; readonly nextAttemptAt: number }
);

/** Rows of one INSERT: SQLite takes 32,766 parameters. */
const ROWS_AT_ONCE = 1000;

/** Storage commitment as SCP: what others asked us for, and the report that is owed for each. */
export class CommitmentRequests {
  constructor(
    private readonly ledger: Ledger,
    private readonly instances: Instances,
    private readonly now: () => number,
  ) {}

  /**
   * Puts a request on record; its report is due at `dueAt`. The same request again is the same transaction: nothing new
   * while its report is owed, and one more report where it was given, since the caller seems not to have it. Another
   * content under the Transaction UID of the same caller is a `conflict`, and the first one stands.
   */
  take(
    request: CommitmentRequest,
    caller: CommitmentCaller,
    dueAt: number,
  ): Promise<'new' | 'again' | 'conflict'> {
    return this.ledger.write(async (tx) => {
      const known = await tx
        .selectFrom('commitment_scp')
        .select(['id', 'state'])
        .where('calling_ae_title', '=', caller.callingAeTitle)
        .where('transaction_uid', '=', request.transactionUid)
        .executeTakeFirst();
      if (known === undefined) {
        await insert(tx, request, caller, { at: this.now(), dueAt });
        return 'new';
      }
      if (!isSame(await referencesOf(tx, known.id), request.instances)) return 'conflict';
      if (known.state === 'reported' || known.state === 'failed') {
        await tx
          .updateTable('commitment_scp')
          .set({
            state: 'owed',
            attempts: 0,
            next_attempt_at: dueAt,
            judged_at: null,
            called_ae_title: caller.calledAeTitle,
            association_id: caller.associationId,
          })
          .where('id', '=', known.id)
          .execute();
      }
      return 'again';
    });
  }

  /** To whom reports are due. */
  async callersDue(): Promise<readonly string[]> {
    const rows = await this.dueQuery(this.now()).execute();
    return rows.map(({ calling_ae_title }) => calling_ae_title);
  }

  /** The query of `callersDue`, for the test of its plan. */
  dueQuery(at: number) {
    return this.ledger.reader
      .selectFrom('commitment_scp')
      .select('calling_ae_title')
      .distinct()
      .where('state', '=', 'owed')
      .where('next_attempt_at', '<=', at);
  }

  /** When the next report is due after now (ms since 1970). */
  async nextDueAt(): Promise<number | undefined> {
    const row = await this.ledger.reader
      .selectFrom('commitment_scp')
      .select('next_attempt_at')
      .where('state', '=', 'owed')
      .where('next_attempt_at', '>', this.now())
      .orderBy('next_attempt_at')
      .limit(1)
      .executeTakeFirst();
    return row?.next_attempt_at;
  }

  /** Takes the report to a caller that has waited longest; it is on record as under way before the first byte leaves. */
  claim(callingAeTitle: string): Promise<OwedReport | undefined> {
    return this.ledger.write(async (tx) => {
      const due = await tx
        .selectFrom('commitment_scp')
        .select('id')
        .where('state', '=', 'owed')
        .where('next_attempt_at', '<=', this.now())
        .where('calling_ae_title', '=', callingAeTitle)
        .orderBy('next_attempt_at')
        .limit(1)
        .executeTakeFirst();
      if (due === undefined) return undefined;
      const row = await tx
        .updateTable('commitment_scp')
        .set(({ eb }) => ({ state: 'reporting', attempts: eb('attempts', '+', 1) }))
        .where('id', '=', due.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      return {
        id: row.id,
        transactionUid: row.transaction_uid,
        callingAeTitle: row.calling_ae_title,
        calledAeTitle: row.called_ae_title,
        attempt: row.attempts,
      };
    });
  }

  /**
   * The report of a transaction. Committed is what is on record, of the class that was named, with a file whose data
   * set has the recorded digest now: the caller may delete its own copy on our word. Judged once and put on record.
   */
  async judge(id: number, transactionUid: string): Promise<CommitmentReport> {
    const { reader } = this.ledger;
    const transaction = await reader
      .selectFrom('commitment_scp')
      .select('judged_at')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const rows = await this.rowsOf(id);
    if (transaction.judged_at === null) {
      const reasons = new Map<string, number | null>();
      for (const row of rows) {
        const key = `${row.sop_class_uid} ${row.sop_instance_uid}`;
        if (!reasons.has(key)) reasons.set(key, await this.failureReason(row));
        row.failure_reason = reasons.get(key) ?? null;
      }
      await this.recordJudgement(id, rows);
    }
    return {
      transactionUid,
      committed: rows.filter((row) => row.failure_reason === null).map(reference),
      failed: rows.flatMap((row) =>
        row.failure_reason === null ? [] : [{ ...reference(row), reason: row.failure_reason }],
      ),
    };
  }

  private rowsOf(id: number) {
    return this.ledger.reader
      .selectFrom('commitment_scp_instance')
      .selectAll()
      .where('commitment_id', '=', id)
      .orderBy('position')
      .execute();
  }

  private recordJudgement(
    id: number,
    rows: readonly { readonly position: number; readonly failure_reason: number | null }[],
  ): Promise<void> {
    return this.ledger.write(async (tx) => {
      for (const { position, failure_reason } of rows) {
        await tx
          .updateTable('commitment_scp_instance')
          .set({ failure_reason })
          .where('commitment_id', '=', id)
          .where('position', '=', position)
          .execute();
      }
      await tx
        .updateTable('commitment_scp')
        .set({ judged_at: this.now() })
        .where('id', '=', id)
        .execute();
    });
  }

  private async failureReason(row: {
    readonly sop_class_uid: string;
    readonly sop_instance_uid: string;
  }): Promise<number | null> {
    const stored = await this.instances.find(row.sop_instance_uid);
    if (stored === undefined) return FAILURE_REASONS.noSuchObjectInstance;
    if (stored.sopClassUid !== row.sop_class_uid) return FAILURE_REASONS.classInstanceConflict;
    const digest = await digestOfEnd(stored.path, stored.byteLength).catch(() => undefined);
    return digest === stored.digest ? null : FAILURE_REASONS.processingFailure;
  }

  /** Puts the end of one attempt on record. */
  settle(id: number, settlement: ReportSettlement): Promise<void> {
    return this.ledger.write(async (tx) => {
      const { state, status, comment } = settlement;
      const at = this.now();
      const row = await tx
        .updateTable('commitment_scp')
        .set({
          state,
          status: status ?? null,
          comment: comment ?? null,
          ...(state === 'owed' && { next_attempt_at: settlement.nextAttemptAt }),
          ...(state === 'reported' && { reported_at: at }),
        })
        .where('id', '=', id)
        .where('state', '=', 'reporting')
        .returning(['transaction_uid', 'calling_ae_title', 'attempts'])
        .executeTakeFirst();
      if (row === undefined || state === 'owed') return;
      const { transaction_uid: transaction, calling_ae_title: to, attempts } = row;
      if (state === 'failed') {
        await recordEvent(tx, at, {
          subjectKind: 'commitment',
          subjectUid: transaction,
          what: 'commitment-unreported',
          reason: comment,
          detail: { to, attempts },
        });
        return;
      }
      const instances = await tx
        .selectFrom('commitment_scp_instance')
        .select(['sop_instance_uid', 'failure_reason'])
        .where('commitment_id', '=', id)
        .execute();
      for (const { sop_instance_uid: subjectUid, failure_reason: reason } of instances) {
        await recordEvent(tx, at, {
          subjectKind: 'instance',
          subjectUid,
          what: reason === null ? 'commitment-reported' : 'commitment-refused',
          detail: { to, transaction, ...(reason !== null && { failureReason: reason }) },
        });
      }
    });
  }

  /** At start: a report that was under way may have arrived or not. It is given again, at once. */
  recover(): Promise<void> {
    return this.ledger.write(async (tx) => {
      await tx
        .updateTable('commitment_scp')
        .set({ state: 'owed', next_attempt_at: this.now() })
        .where('state', '=', 'reporting')
        .execute();
    });
  }

  /**
   * Has somebody asked for the commitment of all of these instances? A hint that its sender believes to have sent all
   * of them (lessons.md: a completeness hint), and never more than a hint.
   */
  async areRequested(sopInstanceUids: readonly string[]): Promise<boolean> {
    for (const uid of sopInstanceUids) {
      const row = await this.ledger.reader
        .selectFrom('commitment_scp_instance')
        .select('position')
        .where('sop_instance_uid', '=', uid)
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) return false;
    }
    return sopInstanceUids.length > 0;
  }
}

async function insert(
  tx: LedgerConnection,
  { transactionUid, instances }: CommitmentRequest,
  caller: CommitmentCaller,
  { at, dueAt }: { readonly at: number; readonly dueAt: number },
): Promise<void> {
  const { id } = await tx
    .insertInto('commitment_scp')
    .values({
      transaction_uid: transactionUid,
      calling_ae_title: caller.callingAeTitle,
      called_ae_title: caller.calledAeTitle,
      association_id: caller.associationId,
      next_attempt_at: dueAt,
      status: null,
      comment: null,
      requested_at: at,
      judged_at: null,
      reported_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const rows = instances.map(({ sopClassUid, sopInstanceUid }, position) => ({
    commitment_id: id,
    position,
    sop_class_uid: sopClassUid,
    sop_instance_uid: sopInstanceUid,
    failure_reason: null,
  }));
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    await tx
      .insertInto('commitment_scp_instance')
      .values(rows.slice(from, from + ROWS_AT_ONCE))
      .execute();
  }
}

async function referencesOf(tx: LedgerConnection, id: number): Promise<SopReference[]> {
  const rows = await tx
    .selectFrom('commitment_scp_instance')
    .select(['sop_class_uid', 'sop_instance_uid'])
    .where('commitment_id', '=', id)
    .execute();
  return rows.map(reference);
}

function reference(row: {
  readonly sop_class_uid: string;
  readonly sop_instance_uid: string;
}): SopReference {
  return { sopClassUid: row.sop_class_uid, sopInstanceUid: row.sop_instance_uid };
}

function isSame(a: readonly SopReference[], b: readonly SopReference[]): boolean {
  const keys = (list: readonly SopReference[]): string =>
    list
      .map(({ sopClassUid, sopInstanceUid }) => `${sopClassUid} ${sopInstanceUid}`)
      .sort()
      .join('\n');
  return keys(a) === keys(b);
}
