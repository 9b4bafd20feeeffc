import { DataSet } from '../dicom/data-set.js';
import { dicomJson } from '../dicom/dicom-json.js';
import { readPart10Header } from '../dicom/part10.js';
import { levelOf, type QueryLevel } from '../dicom/query-levels.js';
import { traitsOf } from '../dicom/value-representation.js';
import type { DataFolder } from './data-folder.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';

/** Files that are looked at for one transaction. */
const BATCH = 50;
/** Longer values are not what one asks for. */
const LONGEST_TEXT = 1024;

/** DICOM JSON for each level. */
type Levels = Readonly<Record<QueryLevel, string>>;

interface Unindexed {
  readonly table: 'instance' | 'result';
  readonly sop_instance_uid: string;
  readonly series_instance_uid: string;
  readonly study_instance_uid: string;
  readonly path: string;
}

/**
 * What queries find, made from the headers of the files behind the reception: receiving does not wait for it, and a query
 * waits for what was on record before it (decision 72).
 */
export class StudyIndex {
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly ledger: Ledger,
    private readonly folder: DataFolder,
  ) {}

  /** Resolves when all that is on record now is found by queries. */
  catchUp(): Promise<void> {
    this.#running = this.#running.catch(() => undefined).then(() => this.indexAll());
    return this.#running;
  }

  private async indexAll(): Promise<void> {
    for (;;) {
      const batch = [...(await this.unindexed('instance')), ...(await this.unindexed('result'))];
      if (batch.length === 0) return;
      const read: { object: Unindexed; levels: Levels | undefined }[] = [];
      for (const object of batch) read.push({ object, levels: await this.levelsOf(object.path) });
      await this.ledger.write(async (tx) => {
        for (const { object, levels } of read) await record(tx, object, levels);
      });
    }
  }

  /** In the order in which they came. */
  private async unindexed(table: Unindexed['table']): Promise<readonly Unindexed[]> {
    const columns = [
      'sop_instance_uid',
      'series_instance_uid',
      'study_instance_uid',
      'path',
    ] as const;
    const { reader } = this.ledger;
    const rows =
      table === 'instance'
        ? await reader
            .selectFrom('instance')
            .select(columns)
            .where('indexed', '=', 0)
            .orderBy('received_at')
            .limit(BATCH)
            .execute()
        : await reader
            .selectFrom('result')
            .select(columns)
            .where('indexed', '=', 0)
            .orderBy('created_at')
            .limit(BATCH)
            .execute();
    return rows.map((row) => ({ ...row, table }));
  }

  /** Undefined where the file cannot be read: it is looked for at every start (`recovery.ts`), not here. */
  private async levelsOf(path: string): Promise<Levels | undefined> {
    try {
      return attributesByLevel((await readPart10Header(this.folder.absolute(path))).dataSet);
    } catch {
      return undefined;
    }
  }
}

/** The attributes that can be matched and returned: top level, text and numbers. */
function attributesByLevel(header: DataSet): Levels {
  const sets = { study: new DataSet(), series: new DataSet(), instance: new DataSet() };
  for (const element of header.elements()) {
    const { holds } = traitsOf(element.vr);
    if (holds === 'items' || holds === 'bytes' || element.tag >>> 16 > 0x7fff) continue;
    const values = element.value as readonly (string | number)[];
    if (values.reduce<number>((sum, value) => sum + String(value).length, 0) > LONGEST_TEXT)
      continue;
    if (((element.tag >>> 16) & 1) === 1) continue; // private
    sets[levelOf(element.tag)].setElement(element);
  }
  const json = (set: DataSet): string => JSON.stringify(dicomJson(set));
  return { study: json(sets.study), series: json(sets.series), instance: json(sets.instance) };
}

/** The first object of a study or series speaks for it. */
async function record(
  tx: LedgerConnection,
  { table, sop_instance_uid, series_instance_uid, study_instance_uid }: Unindexed,
  levels: Levels | undefined,
): Promise<void> {
  if (levels !== undefined) {
    await tx
      .insertInto('indexed_study')
      .values({ study_instance_uid, attributes: levels.study })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await tx
      .insertInto('indexed_series')
      .values({ study_instance_uid, series_instance_uid, attributes: levels.series })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await tx
      .insertInto('indexed_instance')
      .values({
        study_instance_uid,
        series_instance_uid,
        sop_instance_uid,
        attributes: levels.instance,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  await tx
    .updateTable(table)
    .set({ indexed: 1 })
    .where('sop_instance_uid', '=', sop_instance_uid)
    .execute();
}
