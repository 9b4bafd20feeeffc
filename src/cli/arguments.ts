import { parseArgs, type ParseArgsConfig } from 'node:util';
import { parseAeAddress, type AeAddress } from '../config/destination.js';
import type { Settings } from '../config/settings-manifest.js';
import { readTlsCredentials } from '../config/tls-credentials.js';
import type { Peer } from '../dimse/sender.js';
import { UsageError } from './commands.js';

/** `util.parseArgs` with its complaints as usage errors. */
export function parseCommandLine<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** An AE address of the command line. */
export function aeAddress(text: string): AeAddress {
  const parsed = parseAeAddress(text);
  if ('problem' in parsed) throw new UsageError(parsed.problem);
  return parsed.value;
}

/**
 * Whom a command calls, as whom, and with which TLS credentials.
 * @throws ConfigError where TLS is asked for and its files cannot be used
 */
export function peerAt(address: AeAddress, settings: Settings, from: string | undefined): Peer {
  const { host, port, aeTitle, tls, serverName } = address;
  return {
    host,
    port,
    calledAeTitle: aeTitle,
    callingAeTitle: from ?? settings.aeTitle,
    ...(tls && { tls: { credentials: readTlsCredentials(settings), serverName } }),
  };
}

/** A time of the command line in ms since 1970. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) {
    throw new UsageError(`'${text}' is no time such as 2026-11-23 or 2026-11-23T08:30:00Z`);
  }
  return time;
}

/** One of the words that are known; `what` is what they are called, with its article. */
export function oneOf<Name extends string>(
  what: string,
  text: string,
  known: readonly Name[],
): Name {
  const name = known.find((one) => one === text);
  if (name === undefined) {
    throw new UsageError(`'${text}' is not ${what}; there are ${known.join(', ')}`);
  }
  return name;
}
