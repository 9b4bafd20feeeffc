import type { Selectable } from 'kysely';
import type { PathologyName } from '../values/referral-class.js';
import { decidedClass, feedbackProblem } from '../values/reader-feedback.js';
import type {
  Feedback,
  FeedbackReason,
  JudgedScan,
  RecordedFeedback,
  Verdict,
} from '../values/reader-feedback.js';
import { besideNode } from './beside-node.js';
import { ArchiveError } from './errors.js';
import { recordEvent } from './events.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type { ReaderFeedbackTable, ScanFiguresTable } from './ledger/reader-feedback-schema.js';
import { toReadScan } from './scan-history.js';

/** What readers say of the decisions. Nothing of it changes a result: it is what the next evaluation is made of. */
export class ReaderFeedback {
  constructor(
    private readonly ledger: Ledger,
    private readonly now: () => number,
  ) {}

  /**
   * @param scan its id, or the SOP Instance UID of its first instance or of a result that was made of it
   * @throws ArchiveError OCT_FEEDBACK_SCAN_UNKNOWN, OCT_FEEDBACK_INVALID
   */
  add(scan: string, feedback: Feedback): Promise<JudgedScan> {
    return this.ledger.write(async (tx) => {
      const row = await findScan(tx, scan);
      if (row === undefined) throw new ArchiveError('OCT_FEEDBACK_SCAN_UNKNOWN', scan);
      const problem = feedbackProblem(row.decision, feedback);
      if (problem !== undefined) throw new ArchiveError('OCT_FEEDBACK_INVALID', problem);
      const { verdict, reader, reason = null, pathologies } = feedback;
      const referral =
        feedback.referral ?? (verdict === 'agree' ? decidedClass(row.decision) : undefined) ?? null;
      const at = this.now();
      await tx
        .insertInto('reader_feedback')
        .values({
          at,
          acquisition_id: row.acquisition_id,
          revision: row.revision,
          reader,
          verdict,
          referral,
          reason,
          pathologies: pathologies === undefined ? null : JSON.stringify(pathologies),
        })
        .execute();
      await recordEvent(tx, at, {
        subjectKind: 'acquisition',
        subjectUid: row.acquisition_id,
        what: 'judged',
        reason: reason ?? verdict,
        detail: { verdict, revision: row.revision, by: reader },
      });
      return judged(tx, row);
    });
  }

  /** All scans that a reader has judged, in the order of their reading. */
  async all(): Promise<readonly JudgedScan[]> {
    const rows = await this.ledger.reader
      .selectFrom('scan_figures')
      .selectAll()
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('reader_feedback')
            .select('reader_feedback.id')
            .whereRef('reader_feedback.acquisition_id', '=', 'scan_figures.acquisition_id')
            .whereRef('reader_feedback.revision', '=', 'scan_figures.revision'),
        ),
      )
      .orderBy('read_at')
      .orderBy('acquisition_id')
      .execute();
    return Promise.all(rows.map((row) => judged(this.ledger.reader, row)));
  }
}

/**
 * The feedback of a data folder on which a node may run, for a command of the operator.
 * @throws ArchiveError OCT_LEDGER_OTHER_VERSION
 */
export function withReaderFeedback<T>(
  dataDir: string,
  act: (feedback: ReaderFeedback) => Promise<T>,
): Promise<T> {
  return besideNode(dataDir, ({ ledger }) => act(new ReaderFeedback(ledger, Date.now)));
}

/** The newest revision with figures. */
async function findScan(
  tx: LedgerConnection,
  scan: string,
): Promise<Selectable<ScanFiguresTable> | undefined> {
  const newest = tx.selectFrom('scan_figures').selectAll().orderBy('revision', 'desc').limit(1);
  const named =
    (await newest.where('acquisition_id', '=', scan).executeTakeFirst()) ??
    (await newest.where('sop_instance_uid', '=', scan).executeTakeFirst());
  if (named !== undefined) return named;
  // A reader has the report on the screen: it names the very revision that was read.
  return tx
    .selectFrom('result')
    .innerJoin('workitem', 'workitem.uid', 'result.workitem_uid')
    .innerJoin('scan_figures', (join) =>
      join
        .onRef('scan_figures.acquisition_id', '=', 'workitem.acquisition_id')
        .onRef('scan_figures.revision', '=', 'workitem.acquisition_revision'),
    )
    .selectAll('scan_figures')
    .where('result.sop_instance_uid', '=', scan)
    .executeTakeFirst();
}

async function judged(
  connection: LedgerConnection,
  row: Selectable<ScanFiguresTable>,
): Promise<JudgedScan> {
  const said = await connection
    .selectFrom('reader_feedback')
    .selectAll()
    .where('acquisition_id', '=', row.acquisition_id)
    .where('revision', '=', row.revision)
    .orderBy('id')
    .execute();
  return { scan: toReadScan(row), feedback: said.map(toFeedback) };
}

function toFeedback(row: Selectable<ReaderFeedbackTable>): RecordedFeedback {
  return {
    id: row.id,
    at: row.at,
    verdict: row.verdict as Verdict,
    ...(row.referral !== null && { referral: decidedClass(row.referral) }),
    ...(row.pathologies !== null && {
      pathologies: JSON.parse(row.pathologies) as PathologyName[],
    }),
    ...(row.reason !== null && { reason: row.reason as FeedbackReason }),
    reader: row.reader,
  };
}
