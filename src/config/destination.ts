import { AE_TITLE_RULE, isAeTitle } from '../dicom/ae-title.js';
import {
  DEFAULT_RESULT_KINDS,
  isResultKind,
  RESULT_KIND_NAMES,
  type ResultKind,
} from '../values/result-kinds.js';
import type { Parsed } from './problem.js';

/** A DICOM application entity on the network. */
export interface AeAddress {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  /** DICOM over TLS; absent or false: plain. */
  readonly tls?: boolean | undefined;
  /** The name that its certificate must bear, where that is not the host. */
  readonly serverName?: string | undefined;
}

/** On which association a destination gives its report of storage commitment: the one that asked, or one of its own. */
export const COMMITMENT_ASSOCIATIONS = ['same-association', 'another-association'] as const;
export type CommitmentAssociation = (typeof COMMITMENT_ASSOCIATIONS)[number];

/** Where results are sent. The name is the operator's and stays when the address changes. */
export interface Destination extends AeAddress {
  readonly name: string;
  /** Absent: it is not asked for storage commitment. */
  readonly commitment?: CommitmentAssociation | undefined;
  /** The kinds of results that it is sent; absent: segmentation and report. */
  readonly objects?: readonly ResultKind[] | undefined;
}

const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const DESTINATION_NAME_RULE =
  'a destination name has 1 to 64 letters, digits, dots, hyphens or underscores';

export function isDestinationName(text: string): boolean {
  return NAME_PATTERN.test(text);
}

const TLS_PREFIX = 'tls:';

/** Reads `AE@host:port` and `tls:AE@host:port`; an IPv6 host stands in brackets. */
export function parseAeAddress(text: string): Parsed<AeAddress> {
  if (text.startsWith(TLS_PREFIX)) {
    const parsed = parseAeAddress(text.slice(TLS_PREFIX.length));
    return 'problem' in parsed ? parsed : { value: { ...parsed.value, tls: true } };
  }
  const match = /^(?<aeTitle>[^@]*)@(?<host>\[[0-9A-Fa-f:.]+\]|[^:@/\s]+):(?<port>\d+)$/.exec(text);
  if (match?.groups === undefined) return { problem: `'${text}' is not of the form AE@host:port` };
  const { aeTitle = '', host = '', port = '' } = match.groups;
  if (!isAeTitle(aeTitle)) return { problem: `'${aeTitle}' in '${text}': ${AE_TITLE_RULE}` };
  if (Number(port) < 1 || Number(port) > 65535) {
    return { problem: `port ${port} in '${text}' is not between 1 and 65535` };
  }
  return { value: { aeTitle, host: host.replace(/^\[|\]$/g, ''), port: Number(port) } };
}

/** `AE@host:port` as `parseAeAddress` reads it. */
export function showAeAddress({ aeTitle, host, port, tls }: AeAddress): string {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return `${tls ? TLS_PREFIX : ''}${aeTitle}@${bracketed}:${port}`;
}

export const RESULT_KIND_RULE = `the objects are of ${RESULT_KIND_NAMES.join(', ')}`;

/** Reads `NAME=AE@host:port`, and behind it `?objects=KIND+KIND`, `?commitment=ASSOCIATION` or both, joined by `&`. */
export function parseDestination(text: string): Parsed<Destination> {
  const equals = text.indexOf('=');
  if (equals < 0) return { problem: `'${text}' is not of the form NAME=AE@host:port` };
  const name = text.slice(0, equals).trim();
  if (!isDestinationName(name))
    return { problem: `'${name}' in '${text}': ${DESTINATION_NAME_RULE}` };
  const [where = '', ...query] = text.slice(equals + 1).split('?');
  const address = parseAeAddress(where.trim());
  if ('problem' in address) return address;
  let value: Destination = { name, ...address.value };
  for (const option of query
    .join('?')
    .split('&')
    .filter((part) => part !== '')) {
    const [key = '', given = ''] = option.split('=');
    const read = OPTIONS[key.trim()]?.(given.trim());
    if (read === undefined)
      return { problem: `'${key}' in '${text}' is not ${Object.keys(OPTIONS).join(' or ')}` };
    if ('problem' in read) return { problem: `'${given}' in '${text}': ${read.problem}` };
    value = { ...value, ...read.value };
  }
  return { value };
}

const OPTIONS: Readonly<Record<string, (given: string) => Parsed<Partial<Destination>>>> = {
  objects(given) {
    const objects = given.split('+').map((kind) => kind.trim());
    return objects.every(isResultKind) ? { value: { objects } } : { problem: RESULT_KIND_RULE };
  },
  commitment(given) {
    const commitment = COMMITMENT_ASSOCIATIONS.find((choice) => choice === given);
    return commitment === undefined
      ? { problem: `not ${COMMITMENT_ASSOCIATIONS.join(' or ')}` }
      : { value: { commitment } };
  },
};

/** The kinds of results that a destination is sent. */
export function objectsFor({ objects }: Pick<Destination, 'objects'>): readonly ResultKind[] {
  return objects ?? DEFAULT_RESULT_KINDS;
}
