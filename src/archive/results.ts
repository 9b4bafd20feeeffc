import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Selectable } from 'kysely';
import { readPart10Header } from '../dicom/part10.js';
import { isUid } from '../dicom/uid.js';
import { RESULT_KIND_NAMES, type ResultKind } from '../values/result-kinds.js';
import type { ResultObject, ResultReference } from '../values/result-objects.js';
import type { ClaimedWorkitem } from '../values/workitem.js';
import type { DataFolder } from './data-folder.js';
import { writeFileDurably } from './durable-file.js';
import { ArchiveError } from './errors.js';
import { recordEvent } from './events.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type { ResultTable } from './ledger/schema.js';

/** A result whose file is durable, and that is not on record yet: `Workitems.complete` does that. */
export interface AdmittedResult {
  readonly kind: ResultObject['kind'];
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** SHA-256 (hex) of the Part 10 file. */
  readonly digest: string;
  /** Absolute. */
  readonly path: string;
  readonly byteLength: number;
  /** Where the data set begins in the file. */
  readonly dataSetOffset: number;
}

/** A result object on record. */
export interface StoredResult extends AdmittedResult {
  readonly studyInstanceUid: string;
  readonly workitemUid: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** The objects this node made. */
export class Results {
  constructor(
    private readonly ledger: Ledger,
    private readonly folder: DataFolder,
    private readonly now: () => number,
  ) {}

  /**
   * Writes a result's file durably under a name of its own. Not a row: an attempt that loses its lease must leave no
   * trace, so the rows are made in the transaction that completes the workitem. Files without a row are discarded at
   * the next start.
   * @throws ArchiveError OCT_RESULT_UID; DicomError when the bytes are no Part 10 file
   */
  async admit(result: ResultObject): Promise<AdmittedResult> {
    const { kind, sopClassUid, sopInstanceUid, seriesInstanceUid, bytes } = result;
    if (![sopClassUid, sopInstanceUid, seriesInstanceUid].every(isUid)) {
      throw new ArchiveError('OCT_RESULT_UID');
    }
    const receipt = randomUUID();
    const path = await this.folder.place('results', receipt, this.now());
    await writeFileDurably(path, this.folder.incoming(receipt), bytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    const { transferSyntaxUid, dataSetOffset } = await readPart10Header(path);
    return {
      kind,
      sopClassUid,
      sopInstanceUid,
      seriesInstanceUid,
      transferSyntaxUid,
      digest,
      path,
      byteLength: bytes.length,
      dataSetOffset,
    };
  }

  /** Removes the files of an attempt that did not come to be on record; what cannot be asked is left to recovery. */
  async discardUnrecorded(results: readonly AdmittedResult[]): Promise<void> {
    for (const { sopInstanceUid, path } of results) {
      const known = await this.find(sopInstanceUid).catch(() => ({ path }));
      if (known?.path !== path) await rm(path, { force: true }).catch(() => undefined);
    }
  }

  async find(sopInstanceUid: string): Promise<StoredResult | undefined> {
    const row = await this.ledger.reader
      .selectFrom('result')
      .selectAll()
      .where('sop_instance_uid', '=', sopInstanceUid)
      .executeTakeFirst();
    return row && toResult(row, this.folder);
  }

  /** The output references of a workitem, in the order in which they are sent. */
  async ofWorkitem(workitemUid: string): Promise<readonly StoredResult[]> {
    const rows = await this.ledger.reader
      .selectFrom('result')
      .selectAll()
      .where('workitem_uid', '=', workitemUid)
      .orderBy('created_at')
      .execute();
    const order = (kind: string): number => RESULT_KIND_NAMES.findIndex((name) => name === kind);
    return rows
      .sort((a, b) => a.created_at - b.created_at || order(a.kind) - order(b.kind))
      .map((row) => toResult(row, this.folder));
  }

  /**
   * The documents that those of a workitem follow: the reports of the last workitem before it of the same scan, be it an
   * earlier revision or an earlier reading. Empty for the first.
   */
  async predecessors({
    workitemUid,
    acquisition,
  }: Pick<ClaimedWorkitem, 'workitemUid' | 'acquisition'>): Promise<readonly ResultReference[]> {
    const rows = await this.ledger.reader
      .selectFrom('workitem')
      .innerJoin('result', 'result.workitem_uid', 'workitem.uid')
      .selectAll('result')
      .where('workitem.acquisition_id', '=', acquisition.id)
      .where('workitem.acquisition_revision', '<=', acquisition.revision)
      .where('workitem.uid', '!=', workitemUid)
      .where('result.kind', 'in', ['report', 'enhanced-report'] satisfies ResultKind[])
      .orderBy('result.created_at', 'desc')
      .orderBy('result.sop_instance_uid')
      .execute();
    return rows
      .filter(({ workitem_uid }) => workitem_uid === rows[0]?.workitem_uid)
      .map((row) => ({
        kind: row.kind as ResultKind,
        sopClassUid: row.sop_class_uid,
        sopInstanceUid: row.sop_instance_uid,
        seriesInstanceUid: row.series_instance_uid,
      }));
  }
}

export function toResult(row: Selectable<ResultTable>, folder: DataFolder): StoredResult {
  return {
    kind: row.kind as ResultObject['kind'],
    sopClassUid: row.sop_class_uid,
    sopInstanceUid: row.sop_instance_uid,
    seriesInstanceUid: row.series_instance_uid,
    transferSyntaxUid: row.transfer_syntax_uid,
    dataSetOffset: row.data_set_offset,
    studyInstanceUid: row.study_instance_uid,
    digest: row.digest,
    path: folder.absolute(row.path),
    byteLength: row.byte_length,
    workitemUid: row.workitem_uid,
    createdAt: new Date(row.created_at).toISOString(),
  };
}

/**
 * Puts a result on record within `tx`. The same UID with the same digest is the same result and stays as it is.
 * @throws ArchiveError OCT_RESULT_CONFLICT when the UID is on record with other content.
 */
export async function recordResult(
  tx: LedgerConnection,
  at: number,
  result: AdmittedResult & Pick<StoredResult, 'studyInstanceUid' | 'workitemUid'>,
  folder: DataFolder,
): Promise<void> {
  const known = await tx
    .selectFrom('result')
    .select('digest')
    .where('sop_instance_uid', '=', result.sopInstanceUid)
    .executeTakeFirst();
  if (known !== undefined) {
    if (known.digest === result.digest) return;
    throw new ArchiveError('OCT_RESULT_CONFLICT', result.sopInstanceUid);
  }
  await tx
    .insertInto('result')
    .values({
      sop_instance_uid: result.sopInstanceUid,
      kind: result.kind,
      sop_class_uid: result.sopClassUid,
      series_instance_uid: result.seriesInstanceUid,
      study_instance_uid: result.studyInstanceUid,
      transfer_syntax_uid: result.transferSyntaxUid,
      data_set_offset: result.dataSetOffset,
      digest: result.digest,
      path: folder.relative(result.path),
      byte_length: result.byteLength,
      workitem_uid: result.workitemUid,
      created_at: at,
    })
    .execute();
  await recordEvent(tx, at, {
    subjectKind: 'result',
    subjectUid: result.sopInstanceUid,
    what: 'created',
    detail: { kind: result.kind, digest: result.digest, workitem: result.workitemUid },
  });
}
