import express, { type Request, type RequestHandler } from 'express';
import type { JsonAttribute, JsonDataSet, JsonValue } from '../../dicom/dicom-json.js';
import type { Keyword } from '../../dicom/dictionary.js';
import { isUid } from '../../dicom/uid.js';
import { HttpProblem } from '../../http/problem.js';
import { JSON_TYPES } from '../answer.js';
import { parseMediaType } from '../media-type.js';
import { tagOf } from '../query-parameters.js';

const LONGEST = '1mb';
const DEEPEST = 8;

/** Reads a data set in JSON as the body of a request. */
export const stepBody: readonly RequestHandler[] = [
  (request, _response, next) => {
    const type = parseMediaType(request.headers['content-type'] ?? '');
    if (!JSON_TYPES.some((name) => name === type?.name))
      throw new HttpProblem('OCT_HTTP_MEDIA_TYPE', 'Send application/dicom+json.');
    next();
  },
  express.json({ type: () => true, limit: LONGEST }),
];

/** The one data set of a body, alone or in a list of one (PS3.18 F.2.1). @throws HttpProblem OCT_HTTP_BAD_REQUEST */
export function bodyDataSet(request: Request): JsonDataSet {
  const body: unknown = request.body;
  const list = Array.isArray(body) ? (body as readonly unknown[]) : [body];
  const [first, ...others] = list;
  if (others.length > 0 || !isDataSet(first, DEEPEST))
    throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'The body is not one data set in DICOM JSON.');
  return first;
}

function isDataSet(value: unknown, depth: number): value is JsonDataSet {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth === 0)
    return false;
  return Object.entries(value).every(
    ([tag, attribute]) => /^[0-9A-F]{8}$/.test(tag) && isAttribute(attribute, depth),
  );
}

function isAttribute(value: unknown, depth: number): value is JsonAttribute {
  if (typeof value !== 'object' || value === null || !('vr' in value)) return false;
  if (typeof value.vr !== 'string') return false;
  if (!('Value' in value)) return true;
  const { Value: values } = value;
  if (!Array.isArray(values)) return false;
  if (value.vr === 'SQ') return values.every((item) => isDataSet(item, depth - 1));
  return (values as readonly unknown[]).every(
    (item) => ['string', 'number', 'object'].includes(typeof item) && !Array.isArray(item),
  );
}

function firstOf(dataSet: JsonDataSet, keyword: Keyword): JsonValue | undefined {
  return dataSet[tagOf(keyword)]?.Value?.[0];
}

export function textIn(dataSet: JsonDataSet, keyword: Keyword): string | undefined {
  const value = firstOf(dataSet, keyword);
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : undefined;
}

export function itemsIn(dataSet: JsonDataSet, keyword: Keyword): readonly JsonDataSet[] {
  const values = dataSet[tagOf(keyword)]?.Value ?? [];
  return values.filter((item): item is JsonDataSet => typeof item === 'object' && item !== null);
}

/** A UID of the query: `?1.2.3` by itself (PS3.18 11.4.1), or by one of these names. */
export function uidInQuery(request: Request, ...names: readonly string[]): string | undefined {
  const { query } = request;
  const named = names.map((name) => query[name]).find((value) => typeof value === 'string');
  const bare = Object.keys(query).find((name) => query[name] === '' && /^[0-9.]+$/.test(name));
  const uid = named ?? bare;
  if (uid === undefined) return undefined;
  if (typeof uid === 'string' && isUid(uid)) return uid;
  throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'A UID of the query is not one.');
}
