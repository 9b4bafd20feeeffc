import type { JsonAttribute, JsonDataSet, JsonValue } from '../../dicom/dicom-json.js';
import { jsonTag } from '../../dicom/dicom-json.js';
import { DICTIONARY, type Keyword } from '../../dicom/dictionary.js';
import { HttpProblem } from '../../http/problem.js';

/** Matching keys: the attribute's path, tags with dots between, and its value (PS3.18 8.3.4.1). */
export type StepKeys = Readonly<Record<string, string>>;

/** Keywords or tags, into sequences with dots, as a path of tags. @throws HttpProblem OCT_HTTP_BAD_REQUEST */
export function pathOf(name: string, position: number): string {
  return name
    .split('.')
    .map((part) => {
      if (/^[0-9a-fA-F]{8}$/.test(part)) return part.toUpperCase();
      if (Object.hasOwn(DICTIONARY, part)) return jsonTag(DICTIONARY[part as Keyword].tag);
      // Not repeated: what stands in the place of an attribute may be a patient's name (R36).
      throw new HttpProblem(
        'OCT_HTTP_BAD_REQUEST',
        `Key ${String(position)} of the query is no attribute that is known.`,
      );
    })
    .join('.');
}

/** Does a data set match every key (PS3.4 C.2.2.2): single value, wildcards, ranges of dates, lists of UIDs? */
export function matchesKeys(dataSet: JsonDataSet, keys: StepKeys): boolean {
  return Object.entries(keys).every(([path, value]) => {
    if (value === '' || value === '*') return true;
    return valuesAt(dataSet, path.split('.')).some(([vr, text]) => matchesValue(vr, text, value));
  });
}

function valuesAt(
  dataSet: JsonDataSet,
  [tag = '', ...rest]: readonly string[],
): [string, string][] {
  const attribute: JsonAttribute | undefined = dataSet[tag];
  const values = attribute?.Value ?? [];
  if (rest.length > 0)
    return values.flatMap((item) =>
      typeof item === 'object' && item !== null ? valuesAt(item as JsonDataSet, rest) : [],
    );
  return values.map((value) => [attribute?.vr ?? '', textOf(value)]);
}

function textOf(value: JsonValue): string {
  if (value === null) return '';
  if (typeof value === 'object')
    return 'Alphabetic' in value && typeof value.Alphabetic === 'string' ? value.Alphabetic : '';
  return String(value);
}

function matchesValue(vr: string, stored: string, wanted: string): boolean {
  if (vr === 'UI') return wanted.split(/[,\\]/).includes(stored);
  if (vr === 'DA' || vr === 'TM' || vr === 'DT') {
    const digits = stored.replace(/[+-]\d{4}$/, '');
    const [from = '', to] = wanted
      .replace(/[+-]\d{4}(?=-|$)/g, (zone) => (vr === 'DT' && zone === '+0000' ? '' : zone))
      .split('-');
    if (to === undefined) return digits.startsWith(from);
    // Less digits stand for the whole of what they name (PS3.4 C.2.2.2.5).
    return digits >= from && (to === '' || digits <= `${to}~`);
  }
  const pn = vr === 'PN';
  const left = pn ? stored.toLowerCase().replace(/\^+$/, '') : stored;
  const right = pn ? wanted.toLowerCase().replace(/\^+$/, '') : wanted;
  if (!/[*?]/.test(right)) return left === right;
  return wildcard(left, right);
}

/** `*` and `?` without a regular expression: a hostile pattern must not take long. */
function wildcard(text: string, pattern: string): boolean {
  let [t, p, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === '*') [star, mark, p] = [p, t, p + 1];
    else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t]))
      [t, p] = [t + 1, p + 1];
    else if (star >= 0) [mark, t, p] = [mark + 1, mark + 1, star + 1];
    else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
