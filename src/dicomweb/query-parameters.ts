import type { Request } from 'express';
import { jsonTag } from '../dicom/dicom-json.js';
import { DICTIONARY, keywordOf, type Keyword } from '../dicom/dictionary.js';
import { levelOf, QUERY_LEVELS, type QueryLevel } from '../dicom/query-levels.js';
import { HttpProblem } from '../http/problem.js';
import type { MatchingKey, Search } from '../dicom/study-query.js';
import { uidOf } from './urls.js';

/** Matches of one answer: as many as are asked for, at most, or where nothing is asked for. */
export const LIMIT = { most: 1000, default: 200 } as const;
const MODALITIES_IN_STUDY = jsonTag(DICTIONARY.ModalitiesInStudy.tag);
/** Words of the query that are no attributes. */
export const WORDS: ReadonlySet<string> = new Set([
  'limit',
  'offset',
  'includefield',
  'fuzzymatching',
  'accept',
]);

export interface Query {
  readonly search: Search;
  /** Tags to return beyond the usual ones; `all`: whatever there is. */
  readonly includeFields: ReadonlySet<string> | 'all';
  /** What was asked for and not done (Warning header, PS3.18 8.3.4.4). */
  readonly warnings: readonly string[];
}

/**
 * The search that path and query of a request ask for (PS3.18 8.3.4, 10.6).
 * @throws HttpProblem OCT_HTTP_BAD_REQUEST with the name of the parameter, never its value.
 */
export function queryOf(request: Request, level: QueryLevel): Query {
  const keys: MatchingKey[] = (
    [
      ['study', 'StudyInstanceUID', uidOf(request, 'study')],
      ['series', 'SeriesInstanceUID', uidOf(request, 'series')],
    ] as const
  ).flatMap(([of, keyword, value]) =>
    value === undefined ? [] : [{ level: of, tag: tagOf(keyword), vr: 'UI' as const, value }],
  );
  let modalitiesInStudy: string | undefined;
  for (const [index, [name, given]] of Object.entries(request.query).entries()) {
    if (WORDS.has(name.toLowerCase())) continue;
    // Given twice, all of them must match.
    for (const value of valuesOf(given)) {
      const attribute = attributeOf(name);
      // Not repeated: what stands in the place of an attribute may be a patient's name (R36).
      if (attribute === undefined)
        throw bad(`key ${index + 1} of the query is no attribute that is known`);
      if (attribute.tag === MODALITIES_IN_STUDY) modalitiesInStudy = value;
      else if (QUERY_LEVELS.indexOf(attribute.level) > QUERY_LEVELS.indexOf(level))
        throw bad(`${name} is not of this level`);
      // An empty value is universal matching.
      else if (value !== '' && value !== '*') keys.push({ ...attribute, value });
    }
  }
  const fuzzy = request.query['fuzzymatching'] === 'true';
  return {
    search: {
      level,
      keys,
      ...(modalitiesInStudy !== undefined && { modalitiesInStudy }),
      limit: Math.min(LIMIT.most, numberOf(request, 'limit') ?? LIMIT.default),
      offset: numberOf(request, 'offset') ?? 0,
    },
    includeFields: includeFieldsOf(request),
    warnings: fuzzy
      ? ['The fuzzymatching parameter is not supported. Only literal matching has been performed.']
      : [],
  };
}

export function tagOf(keyword: Keyword): string {
  return jsonTag(DICTIONARY[keyword].tag);
}

/** An attribute by keyword or by tag (PS3.18 8.3.4.1). */
function attributeOf(name: string): Omit<MatchingKey, 'value'> | undefined {
  const byTag = /^[0-9a-fA-F]{8}$/.test(name);
  const keyword = byTag ? keywordOf(Number.parseInt(name, 16)) : name;
  if (keyword === undefined || !Object.hasOwn(DICTIONARY, keyword))
    return byTag
      ? { level: levelOf(Number.parseInt(name, 16)), tag: name.toUpperCase(), vr: 'LO' }
      : undefined;
  const { tag, vr } = DICTIONARY[keyword as Keyword];
  return { level: levelOf(tag), tag: jsonTag(tag), vr };
}

function includeFieldsOf(request: Request): ReadonlySet<string> | 'all' {
  const names = valuesOf(request.query['includefield']).flatMap((text) => text.split(','));
  if (names.includes('all')) return 'all';
  return new Set(names.flatMap((name) => attributeOf(name)?.tag ?? []));
}

export function numberOf(request: Request, name: string): number | undefined {
  const value = request.query[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d{1,9}$/.test(value)) return Number(value);
  throw bad(`${name} is not a number`);
}

function valuesOf(given: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.filter((value) => typeof value === 'string');
}

function bad(detail: string): HttpProblem {
  return new HttpProblem('OCT_HTTP_BAD_REQUEST', `${detail}.`);
}
