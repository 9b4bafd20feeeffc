import { WORKITEM_CODE } from '../../src/values/procedure-step.js';

type Json = Record<string, { vr: string; Value?: unknown[] }>;

export interface Answer {
  readonly status: number;
  readonly warning: string | null;
  readonly json: Json[] | undefined;
}

/** A request of UPS-RS by fetch. */
export async function asked(
  url: string,
  method: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      Accept: 'application/dicom+json',
      ...(body !== undefined && { 'Content-Type': 'application/dicom+json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    warning: response.headers.get('warning'),
    json: response.status === 200 && text !== '' ? (JSON.parse(text) as Json[]) : undefined,
  };
}

export function textAt(json: Json | undefined, tag: string): string {
  const [first] = json?.[tag]?.Value ?? [];
  return typeof first === 'string' ? first : '';
}

export const item = (vr: string, ...Value: unknown[]) => ({ vr, Value });

/** A step that asks for these instances, with attributes of text beside. */
export function requestFor(
  instances: readonly string[],
  more: Readonly<Record<string, string>> = {},
  code: string = WORKITEM_CODE.value,
): Json {
  const references = instances.map((uid) => ({
    '00081150': item('UI', '1.2.840.10008.5.1.4.1.1.77.1.5.4'),
    '00081155': item('UI', uid),
  }));
  const vrOf = (tag: string) => (tag.startsWith('0020') ? 'UI' : 'CS');
  return {
    '00404018': item('SQ', {
      '00080100': item('SH', code),
      '00080102': item('SH', WORKITEM_CODE.scheme),
      '00080104': item('LO', WORKITEM_CODE.meaning),
    }),
    '00404021': item('SQ', {
      '0040E020': item('CS', 'DICOM'),
      '00081199': item('SQ', ...references),
    }),
    '00741000': item('CS', 'SCHEDULED'),
    '00741202': item('LO', 'WARD 3'),
    ...Object.fromEntries(Object.entries(more).map(([tag, text]) => [tag, item(vrOf(tag), text)])),
  };
}

/** A request for a state. */
export function claimOf(state: string, transaction?: string): Json {
  return {
    '00741000': item('CS', state),
    ...(transaction !== undefined && { '00081195': item('UI', transaction) }),
  };
}

const CODE = {
  '00080100': item('SH', 'X1'),
  '00080102': item('SH', '99TEST'),
  '00080104': item('LO', 'OTHER STATION'),
};

/** What a performer says of what it did. */
export const PERFORMED: Json = {
  '00741216': item('SQ', {
    '00404028': item('SQ', CODE),
    '00404050': item('DT', '20261123120000+0000'),
    '00404019': item('SQ', CODE),
    '00404051': item('DT', '20261123120100+0000'),
    '00404033': { vr: 'SQ' },
  }),
};
