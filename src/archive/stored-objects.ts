import type { DataFolder } from './data-folder.js';
import type { Ledger } from './ledger/ledger.js';

/** Which objects: of a study, of one series in it, or one. */
export interface ObjectScope {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
}

/** An object on record: received, or made here. */
export interface StoredObject {
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** Absolute path of the Part 10 file. */
  readonly path: string;
}

const COLUMNS = [
  'sop_instance_uid',
  'sop_class_uid',
  'series_instance_uid',
  'study_instance_uid',
  'transfer_syntax_uid',
  'path',
] as const;

/** Everything that can be given out again: what was received and what was made of it. */
export class StoredObjects {
  constructor(
    private readonly ledger: Ledger,
    private readonly folder: DataFolder,
  ) {}

  /** Received ones first, oldest first; then results. */
  async find(scope: ObjectScope): Promise<readonly StoredObject[]> {
    const [received, made] = await Promise.all([
      this.receivedQuery(scope).execute(),
      this.madeQuery(scope).execute(),
    ]);
    return [...received, ...made].map((row) => ({
      sopInstanceUid: row.sop_instance_uid,
      sopClassUid: row.sop_class_uid,
      seriesInstanceUid: row.series_instance_uid,
      studyInstanceUid: row.study_instance_uid,
      transferSyntaxUid: row.transfer_syntax_uid,
      path: this.folder.absolute(row.path),
    }));
  }

  private receivedQuery({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }: ObjectScope) {
    let query = this.ledger.reader
      .selectFrom('instance')
      .select(COLUMNS)
      .where('study_instance_uid', '=', studyInstanceUid);
    if (seriesInstanceUid !== undefined)
      query = query.where('series_instance_uid', '=', seriesInstanceUid);
    if (sopInstanceUid !== undefined) query = query.where('sop_instance_uid', '=', sopInstanceUid);
    return query.orderBy('received_at').orderBy('sop_instance_uid');
  }

  private madeQuery({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }: ObjectScope) {
    let query = this.ledger.reader
      .selectFrom('result')
      .select(COLUMNS)
      .where('study_instance_uid', '=', studyInstanceUid);
    if (seriesInstanceUid !== undefined)
      query = query.where('series_instance_uid', '=', seriesInstanceUid);
    if (sopInstanceUid !== undefined) query = query.where('sop_instance_uid', '=', sopInstanceUid);
    return query.orderBy('created_at').orderBy('sop_instance_uid');
  }
}
