import { AE_TITLE_RULE, isAeTitle } from '../dicom/ae-title.js';
import { DEFAULT_RESULT_KINDS, isResultKind, type ResultKind } from '../values/result-kinds.js';
import { RESULT_KIND_RULE, type DeliveryTerms } from './delivery-terms.js';
import type { Parsed } from './problem.js';
import type { WebService } from './web-service.js';

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

interface Named extends DeliveryTerms {
  /** The operator's; it stays when the address changes. */
  readonly name: string;
}

/** It is sent results by C-STORE. */
export interface AeDestination extends AeAddress, Named {
  /** Absent: it is not asked for storage commitment. */
  readonly commitment?: CommitmentAssociation | undefined;
  /** It gets only what this AE sent the scans of: made of a `SenderDestination`. */
  readonly sender?: string | undefined;
}

/** It is sent results by STOW-RS (PS3.18 10.5). */
export type WebDestination = WebService & Named;

/** Results go back to the AE that sent the scan, where a table of addresses says that it listens. */
export interface SenderDestination extends Named {
  readonly toSender: true;
  readonly commitment?: CommitmentAssociation | undefined;
}

/** Where results are sent. */
export type Destination = AeDestination | WebDestination;

export function isAeDestination(destination: Destination): destination is AeDestination {
  return 'aeTitle' in destination;
}

/** The destinations by address: one for each AE that a `SenderDestination` may have to answer, in a queue of its own. */
export function withSenders(
  destinations: readonly (Destination | SenderDestination)[],
  addresses: readonly AeAddress[],
): readonly Destination[] {
  const first = addresses.filter(
    ({ aeTitle }, index) => addresses.findIndex((one) => one.aeTitle === aeTitle) === index,
  );
  return destinations.flatMap((destination): readonly Destination[] => {
    if (!('toSender' in destination)) return [destination];
    return first.map((address) => ({
      ...destination,
      ...address,
      name: `${destination.name}@${address.aeTitle}`,
      sender: address.aeTitle,
    }));
  });
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

/** Where a destination is, in words. */
export function showDestination(destination: Destination): string {
  return isAeDestination(destination) ? showAeAddress(destination) : destination.url;
}

/** Reads `NAME=AE@host:port`, and behind it `?objects=KIND+KIND`, `?commitment=ASSOCIATION` or both, joined by `&`. */
export function parseDestination(text: string): Parsed<AeDestination> {
  const equals = text.indexOf('=');
  if (equals < 0) return { problem: `'${text}' is not of the form NAME=AE@host:port` };
  const name = text.slice(0, equals).trim();
  if (!isDestinationName(name))
    return { problem: `'${name}' in '${text}': ${DESTINATION_NAME_RULE}` };
  const [where = '', ...query] = text.slice(equals + 1).split('?');
  const address = parseAeAddress(where.trim());
  if ('problem' in address) return address;
  let value: AeDestination = { name, ...address.value };
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

const OPTIONS: Readonly<Record<string, (given: string) => Parsed<Partial<AeDestination>>>> = {
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
export function objectsFor({ objects }: Pick<DeliveryTerms, 'objects'>): readonly ResultKind[] {
  return objects ?? DEFAULT_RESULT_KINDS;
}

/** The kinds that must be made for a destination: what it is sent, and what stands ready to be sent instead. */
export function objectsMadeFor(
  terms: Pick<DeliveryTerms, 'objects' | 'fallbacks'>,
): readonly ResultKind[] {
  const sent = objectsFor(terms);
  const instead = sent.flatMap((kind) => terms.fallbacks?.[kind] ?? []);
  return [...new Set([...sent, ...instead])];
}
