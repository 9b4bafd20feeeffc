import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { JsonDataSet } from '../dicom/dicom-json.js';
import type { QueryLevel } from '../dicom/query-levels.js';
import type { Match, MatchingKey, Search } from '../dicom/study-query.js';
import type { ValueRepresentation } from '../dicom/value-representation.js';
import type { Ledger } from './ledger/ledger.js';
import type { StudyIndex } from './study-index.js';

interface Row {
  readonly study_uid: string;
  readonly series_uid: string | null;
  readonly sop_uid: string | null;
  readonly study: string;
  readonly series: string | null;
  readonly instance: string | null;
  readonly study_series: number;
  readonly study_instances: number;
  readonly series_instances: number;
  readonly modalities: string;
}

const FROM = {
  study: sql`indexed_study study`,
  series: sql`indexed_series series JOIN indexed_study study USING (study_instance_uid)`,
  instance: sql`indexed_instance instance
    JOIN indexed_series series USING (study_instance_uid, series_instance_uid)
    JOIN indexed_study study USING (study_instance_uid)`,
} as const satisfies Record<QueryLevel, RawBuilder<unknown>>;

const UID_COLUMNS: Readonly<Record<string, string>> = {
  '0020000D': 'study.study_instance_uid',
  '0020000E': 'series.series_instance_uid',
  '00080018': 'instance.sop_instance_uid',
};

const NULL = sql`NULL`;
const MODALITY = sql.lit('$."00080060".Value[0]');

/** Finds studies, series and instances by the attributes of their headers. */
export class StudySearch {
  constructor(
    private readonly ledger: Ledger,
    private readonly index: StudyIndex,
  ) {}

  /** Newest studies first. Keys of a level below that of the search must not be given. */
  async find(search: Search): Promise<readonly Match[]> {
    await this.index.catchUp();
    const { rows } = await this.query(search).execute(this.ledger.reader);
    return rows.map((row) => ({
      studyInstanceUid: row.study_uid,
      ...(row.series_uid !== null && { seriesInstanceUid: row.series_uid }),
      ...(row.sop_uid !== null && { sopInstanceUid: row.sop_uid }),
      attributes: {
        study: parse(row.study),
        ...(row.series !== null && { series: parse(row.series) }),
        ...(row.instance !== null && { instance: parse(row.instance) }),
      },
      studySeries: row.study_series,
      studyInstances: row.study_instances,
      seriesInstances: row.series_instances,
      modalities: (JSON.parse(row.modalities) as (string | null)[]).filter((text) => text !== null),
    }));
  }

  /** The query of `find`, for the test of its plan. */
  query({ level, keys, modalitiesInStudy, limit, offset }: Search): RawBuilder<Row> {
    const has = (other: QueryLevel): boolean =>
      other === 'study' || level === 'instance' || level === other;
    const column = (other: QueryLevel, name: string): RawBuilder<unknown> =>
      has(other) ? sql.raw(`${other}.${name}`) : NULL;
    const conditions = keys.map(condition);
    if (modalitiesInStudy !== undefined)
      conditions.push(sql<SqlBool>`EXISTS (SELECT 1 FROM indexed_series other
        WHERE other.study_instance_uid = study.study_instance_uid
        AND ${oneOf(sql`json_extract(other.attributes, ${MODALITY})`, modalitiesInStudy)})`);
    const where = conditions.length === 0 ? sql`1` : sql.join(conditions, sql` AND `);
    return sql<Row>`
      SELECT study.study_instance_uid AS study_uid,
        ${column('series', 'series_instance_uid')} AS series_uid,
        ${column('instance', 'sop_instance_uid')} AS sop_uid,
        study.attributes AS study,
        ${column('series', 'attributes')} AS series,
        ${column('instance', 'attributes')} AS instance,
        (SELECT count(*) FROM indexed_series c
          WHERE c.study_instance_uid = study.study_instance_uid) AS study_series,
        (SELECT count(*) FROM indexed_instance c
          WHERE c.study_instance_uid = study.study_instance_uid) AS study_instances,
        (SELECT count(*) FROM indexed_instance c
          WHERE c.study_instance_uid = study.study_instance_uid
          AND c.series_instance_uid = ${column('series', 'series_instance_uid')}) AS series_instances,
        (SELECT json_group_array(DISTINCT json_extract(c.attributes, ${MODALITY}))
          FROM indexed_series c
          WHERE c.study_instance_uid = study.study_instance_uid) AS modalities
      FROM ${FROM[level]}
      WHERE ${where}
      ORDER BY study.id DESC${has('series') ? sql`, series.id` : sql``}${has('instance') ? sql`, instance.id` : sql``}
      LIMIT ${limit} OFFSET ${offset}`;
  }
}

function parse(text: string): JsonDataSet {
  return JSON.parse(text) as JsonDataSet;
}

const RANGE: ReadonlySet<ValueRepresentation> = new Set(['DA', 'TM', 'DT']);
const WITHOUT_WILDCARDS: ReadonlySet<ValueRepresentation> = new Set(['DS', 'IS', 'UI', 'AS']);

function condition({ level, tag, vr, value }: MatchingKey): RawBuilder<SqlBool> {
  const column = UID_COLUMNS[tag];
  if (column !== undefined) return oneOf(sql.raw(column), value);
  const element = `$."${tag}".Value[0]${vr === 'PN' ? '.Alphabetic' : ''}`;
  const stored = sql`json_extract(${sql.raw(`${level}.attributes`)}, ${sql.lit(element)})`;
  if (vr === 'UI') return oneOf(stored, value);
  if (RANGE.has(vr)) return inRange(stored, value);
  if (typeof value === 'string' && isNumber(vr)) return sql<SqlBool>`${stored} = ${Number(value)}`;
  // Names without regard to case, and to components that are empty at the end (PS3.4 C.2.2.2.1).
  const left = vr === 'PN' ? sql`rtrim(lower(${stored}), '^')` : stored;
  const right = vr === 'PN' ? value.toLowerCase().replace(/\^+$/, '') : value;
  if (!/[*?]/.test(right) || WITHOUT_WILDCARDS.has(vr)) return sql<SqlBool>`${left} = ${right}`;
  // GLOB has DICOM's wildcards, and brackets, which DICOM has not.
  return sql<SqlBool>`${left} GLOB ${right.replaceAll('[', '[[]')}`;
}

function isNumber(vr: ValueRepresentation): boolean {
  return ['DS', 'IS', 'US', 'SS', 'UL', 'SL', 'FL', 'FD'].includes(vr);
}

/** List of UID matching (PS3.4 C.2.2.2.2); a single one is the usual case. */
function oneOf(stored: RawBuilder<unknown>, value: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`${stored} IN (${sql.join(value.split(/[,\\]/))})`;
}

/** PS3.4 C.2.2.2.5: one value, or a range that may be open at either end. */
function inRange(stored: RawBuilder<unknown>, value: string): RawBuilder<SqlBool> {
  const [from = '', to] = value.split('-');
  if (to === undefined) return sql<SqlBool>`${stored} = ${from}`;
  const least = from === '' ? sql<SqlBool>`1` : sql<SqlBool>`${stored} >= ${from}`;
  // A time may say more digits than the end of the range does.
  return to === '' ? least : sql<SqlBool>`${least} AND ${stored} <= ${`${to}~`}`;
}
