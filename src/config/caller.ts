import { BlockList, isIP } from 'node:net';
import { AE_TITLE_RULE, isAeTitle } from '../dicom/ae-title.js';
import type { Parsed } from './problem.js';

/** Who may open an association: a calling AE title (or any, '*'), from anywhere or from one address or network. */
export interface Caller {
  readonly aeTitle: string;
  /** Address or network in CIDR form, as configured; absent: from anywhere. */
  readonly from?: string;
}

/** Reads `AE`, `AE@address`, `AE@network/bits`, `*` or `*@network/bits`. */
export function parseCaller(text: string): Parsed<Caller> {
  const at = text.indexOf('@');
  const aeTitle = at < 0 ? text : text.slice(0, at);
  if (aeTitle !== '*' && !isAeTitle(aeTitle)) {
    return { problem: `'${text}' does not begin with an AE title; ${AE_TITLE_RULE}` };
  }
  if (at < 0) return { value: { aeTitle } };
  const from = text.slice(at + 1);
  if (networkOf(from) === undefined) {
    return {
      problem: `'${from}' in '${text}' is neither an IP address nor a network such as 10.1.0.0/16`,
    };
  }
  return { value: { aeTitle, from } };
}

/** Does the list admit this calling AE title from this address? Titles are compared case-sensitively (lessons.md R26). */
export function isAdmitted(
  callers: readonly Caller[],
  callingAeTitle: string,
  address: string,
): boolean {
  return callers.some(
    ({ aeTitle, from }) =>
      (aeTitle === '*' || aeTitle === callingAeTitle) &&
      (from === undefined || contains(from, address)),
  );
}

function contains(from: string, address: string): boolean {
  // An IPv4 peer of a dual-stack socket shows as ::ffff:a.b.c.d.
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIP(plain);
  if (family === 0) return false;
  return networkOf(from)?.check(plain, family === 6 ? 'ipv6' : 'ipv4') ?? false;
}

function networkOf(text: string): BlockList | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return undefined;
  const network = new BlockList();
  const type = family === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) {
    network.addAddress(address, type);
    return network;
  }
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > (family === 6 ? 128 : 32)) return undefined;
  network.addSubnet(address, Number(bits), type);
  return network;
}
