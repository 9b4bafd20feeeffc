import { withOperatorArchive } from '../archive/operator-archive.js';
import type { Settings } from '../config/settings-manifest.js';
import { NO_TABLES, readTablesOf } from '../config/tables-file.js';
import { readTlsCredentials } from '../config/tls-credentials.js';
import type { CallerRow, DestinationRow, NetworkState, RefusalRow } from '../console/model.js';
import { networkState } from '../console/network-state.js';
import { networkSources } from '../joints/network.js';
import { silentScanners } from '../joints/silence-watch.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, print, printJson, UsageError, type Command } from './commands.js';
import { settingsOfThisMachine } from './environment.js';

const OPTIONS = { json: JSON_OPTION };

/** `octriage network`: the console's Network page; what peers said of objects is left to `octriage deliveries`. */
export const network: Command = {
  name: 'network',
  form: 'network [--json]',
  help: 'who calls and how often, who is silent, where results go and how that is going, who was refused, what did not arrive',
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    if (positionals.length > 0) throw new UsageError('network takes no arguments');
    const state = await stateOf(settingsOfThisMachine());
    if (values.json === true) printJson(state);
    else for (const line of describe(state)) print(line);
    return EXIT_CODES.done;
  },
};

function stateOf(settings: Settings): Promise<NetworkState> {
  const { aeTitle, calledAeTitles, dimsePort, tlsPort, callers } = settings;
  const { identity } = readTlsCredentials(settings);
  const read = readTablesOf(settings);
  return withOperatorArchive(settings.dataDir, async (archive) => {
    const silent =
      settings.silenceAlarm === 'off'
        ? []
        : await silentScanners(archive, settings, callers, Date.now());
    const sources = {
      ...networkSources(archive),
      node: { aeTitle, calledAeTitles, dimsePort, ...(identity && { tlsPort }) },
      current: () => settings,
      inFile: () => ('tables' in read ? read.tables : NO_TABLES),
      silent: () => silent,
    };
    return networkState(sources, false);
  });
}

function describe(state: NetworkState): readonly string[] {
  const { aeTitle, dimsePort, tlsPort, callers, destinations, aeAddresses } = state;
  const { silent, refusals, deadLetters } = state;
  const tls = tlsPort === undefined ? '' : `, TLS on ${tlsPort}`;
  return [
    `${aeTitle} on port ${dimsePort}${tls}`,
    ...callers.map(callerLine),
    ...silent.map(
      ({ callingAeTitle, since, missedHours }) =>
        `silent: ${callingAeTitle} since ${since}; it would have sent in ${missedHours} hours since`,
    ),
    ...destinations.map(destinationLine),
    ...aeAddresses.map((one) => `address: ${one.aeTitle} at ${one.host}:${one.port}`),
    ...refusalLines(refusals),
    ...deadLetters.map(
      ({ id, destination, sopInstanceUid, attempts, cause }) =>
        `not arrived: id ${id} (${sopInstanceUid}) at ${destination} after ${attempts} attempts: ${cause}`,
    ),
  ];
}

function callerLine({ aeTitle, from, seen }: CallerRow): string {
  const who = `caller: ${aeTitle} from ${from ?? 'anywhere'}`;
  return seen === undefined
    ? `${who}: never seen`
    : `${who}: ${seen.associations} associations, last ${seen.lastAt} from ${seen.lastAddress}; ${seen.objects} objects`;
}

function destinationLine(row: DestinationRow): string {
  const { name, address, pending, delivered, failed, lastDeliveredAt } = row;
  const last = lastDeliveredAt === undefined ? '' : `, last ${lastDeliveredAt}`;
  return `destination: ${name} at ${address}: ${delivered} delivered${last}, ${pending} wait, ${failed} failed`;
}

/** A line a caller and reason: one association may be refused dozens of SOP classes, which `octriage callers` names. */
function refusalLines(refusals: readonly RefusalRow[]): readonly string[] {
  const alike = new Map<string, RefusalRow[]>();
  for (const row of refusals) {
    const key = [row.callingAeTitle, row.peerAddress, row.why].join(' ');
    alike.set(key, [...(alike.get(key) ?? []), row]);
  }
  return [...alike.values()].map((rows) => {
    const { callingAeTitle, peerAddress, why, what, count, lastAt } = rows[0]!;
    const about = rows.length > 1 ? `${rows.length} SOP classes` : what;
    const said = about === '' ? why : `${why}: ${about}`;
    return `refused: ${callingAeTitle} from ${peerAddress}: ${said}; ${count} times, last ${lastAt}`;
  });
}
