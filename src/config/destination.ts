import { AE_TITLE_RULE, isAeTitle } from '../dicom/ae-title.js';
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

const COMMITMENT_SUFFIX = '?commitment=';

/** Reads `NAME=AE@host:port`, and behind it `?commitment=same-association` or `?commitment=another-association`. */
export function parseDestination(text: string): Parsed<Destination> {
  const equals = text.indexOf('=');
  if (equals < 0) return { problem: `'${text}' is not of the form NAME=AE@host:port` };
  const name = text.slice(0, equals).trim();
  if (!isDestinationName(name))
    return { problem: `'${name}' in '${text}': ${DESTINATION_NAME_RULE}` };
  const [addressText = '', asked] = text
    .slice(equals + 1)
    .trim()
    .split(COMMITMENT_SUFFIX);
  const address = parseAeAddress(addressText);
  if ('problem' in address) return address;
  if (asked === undefined) return { value: { name, ...address.value } };
  const commitment = COMMITMENT_ASSOCIATIONS.find((choice) => choice === asked);
  return commitment === undefined
    ? { problem: `'${asked}' in '${text}' is not ${COMMITMENT_ASSOCIATIONS.join(' or ')}` }
    : { value: { name, ...address.value, commitment } };
}
