import type { Request, Response } from 'express';
import { dicomJson, type JsonDataSet } from '../dicom/dicom-json.js';
import type { DataSet } from '../dicom/data-set.js';
import { dicomXml } from '../dicom/dicom-xml.js';
import { HttpProblem } from '../http/problem.js';
import { matches, parseAccept, type MediaType } from './media-type.js';

/**
 * The media ranges that a request takes, best first: of the query parameter `accept`, for browsers' links, or of the
 * header (PS3.18 8.3.3.1); anything where it says nothing.
 */
export function acceptedBy(request: Request): readonly MediaType[] {
  const { accept } = request.query;
  const text = typeof accept === 'string' ? accept : request.headers.accept;
  return parseAccept(text === undefined || text.trim() === '' ? '*/*' : text);
}

/** The first of `offered` that the request takes. @throws HttpProblem OCT_HTTP_NOT_ACCEPTABLE */
export function negotiate<T extends string>(request: Request, offered: readonly T[]): T {
  for (const range of acceptedBy(request)) {
    const offer = offered.find((name) => matches(range.name, name));
    if (offer !== undefined) return offer;
  }
  throw new HttpProblem('OCT_HTTP_NOT_ACCEPTABLE', `There is ${offered.join(', ')}.`);
}

export const JSON_TYPES = ['application/dicom+json', 'application/json'] as const;
export const DATA_SET_TYPES = [...JSON_TYPES, 'application/dicom+xml', 'application/xml'] as const;
type DataSetType = (typeof DATA_SET_TYPES)[number];

/** One data set as JSON or XML. */
export function sendDataSet(
  response: Response,
  type: DataSetType,
  { status, dataSet }: { readonly status: number; readonly dataSet: DataSet },
): void {
  const json = dicomJson(dataSet);
  const text = type.endsWith('xml') ? dicomXml(json) : JSON.stringify(json);
  response.status(status).type(type).send(text);
}

/** A list of data sets as JSON. */
export function sendList(response: Response, type: string, list: readonly JsonDataSet[]): void {
  response.type(type).send(JSON.stringify(list));
}
