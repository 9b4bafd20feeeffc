import { trimPadding, type DataSet, type Element } from './data-set.js';
import { traitsOf } from './value-representation.js';

/** One attribute of the DICOM JSON Model (PS3.18 F.2.2). */
export interface JsonAttribute {
  readonly vr: string;
  readonly Value?: readonly JsonValue[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}

export type JsonDataSet = Readonly<Record<string, JsonAttribute>>;

export type JsonValue = string | number | null | JsonPersonName | JsonDataSet;

/** PS3.18 F.2.2: the component groups of a person's name. */
export interface JsonPersonName {
  readonly Alphabetic?: string;
  readonly Ideographic?: string;
  readonly Phonetic?: string;
}

/** What to do with bytes: their URI, where they are to be fetched apart; undefined where they stand inline. */
export type BulkDataUri = (path: string, element: Element) => string | undefined;

const INLINE: BulkDataUri = () => undefined;

/** A tag as DICOM JSON and DICOMweb write it: 00100020. */
export function jsonTag(tag: number): string {
  return tag.toString(16).padStart(8, '0').toUpperCase();
}

/**
 * A data set in the DICOM JSON Model (PS3.18 F): UTF-8 throughout, so Specific Character Set says ISO_IR 192 where it was
 * there. `bulkDataUri` is asked for each value of bytes, with its place as '/00420011' or '/52009230/1/00091001' (items
 * from 1).
 */
export function dicomJson(dataSet: DataSet, bulkDataUri = INLINE, at = ''): JsonDataSet {
  const json: Record<string, JsonAttribute> = {};
  for (const element of dataSet.elements()) {
    const tag = jsonTag(element.tag);
    json[tag] =
      element.tag === SPECIFIC_CHARACTER_SET
        ? { vr: 'CS', Value: ['ISO_IR 192'] }
        : jsonAttribute(element, `${at}/${tag}`, bulkDataUri);
  }
  return json;
}

const SPECIFIC_CHARACTER_SET = 0x00080005;

function jsonAttribute(element: Element, at: string, bulkDataUri: BulkDataUri): JsonAttribute {
  const { vr, value } = element;
  if (value instanceof Uint8Array) {
    const uri = bulkDataUri(at, element);
    if (uri !== undefined) return { vr, BulkDataURI: uri };
    if (value.length === 0) return { vr };
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { vr, InlineBinary: bytes.toString('base64') };
  }
  if (traitsOf(vr).holds === 'items') {
    const items = value as readonly DataSet[];
    if (items.length === 0) return { vr };
    return {
      vr,
      Value: items.map((item, i) => dicomJson(item, bulkDataUri, `${at}/${String(i + 1)}`)),
    };
  }
  const values = (value as readonly (string | number)[]).map((single) => jsonValue(vr, single));
  return values.every((single) => single === null) ? { vr } : { vr, Value: values };
}

function jsonValue(vr: Element['vr'], value: string | number): JsonValue {
  if (typeof value === 'number') {
    if (vr === 'AT') return jsonTag(value);
    return Number.isFinite(value) ? value : null;
  }
  const text = trimPadding(value);
  if (text === '') return null;
  if (vr === 'PN') return jsonPersonName(text);
  if (vr !== 'DS' && vr !== 'IS') return text;
  // PS3.18 F.2.3.1 allows a string where the digits are none that a number can hold.
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

export function jsonPersonName(text: string): JsonPersonName {
  const [alphabetic = '', ideographic = '', phonetic = ''] = text.split('=');
  return {
    ...(alphabetic !== '' && { Alphabetic: alphabetic }),
    ...(ideographic !== '' && { Ideographic: ideographic }),
    ...(phonetic !== '' && { Phonetic: phonetic }),
  };
}
