import { accessSync, constants, mkdirSync } from 'node:fs';
import { readDiskState } from '../archive/disk-view.js';
import { showAeAddress } from '../config/destination.js';
import { formatProblem, ConfigError } from '../config/problem.js';
import { readSettings } from '../config/read-settings.js';
import { settingRows } from '../config/setting-rows.js';
import type { Settings } from '../config/settings-manifest.js';
import { settingsOfTables } from '../config/tables-file.js';
import { readTlsCredentials } from '../config/tls-credentials.js';
import { deviceProfiles } from '../device-profiles.js';
import { loadModelSet } from '../inference/model-set.js';
import { certificateReadiness } from '../operations/certificate-expiry.js';
import { errorFields } from '../operations/log.js';
import { GIB, MIB } from '../values/units.js';
import { probeProviders } from '../workers/provider-probes.js';
import { parseCommandLine } from './arguments.js';
import {
  EXIT_CODES,
  JSON_OPTION,
  print as printLine,
  printError as printProblem,
  printJson,
  UsageError,
  type Command,
} from './commands.js';
import { environmentOfThisMachine } from './environment.js';
import { modelsFolder } from '../models-folder.js';
import { destinationLines } from './destination-lines.js';
import { notificationLines } from './notification-lines.js';

const OPTIONS = { json: JSON_OPTION };

/** `octriage check`: is the configuration valid, and can what it names be used? */
export const check: Command = {
  name: 'check',
  form: 'check [--json]',
  help: 'validates the configuration and says in words what is wrong and where',
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    if (positionals.length > 0) throw new UsageError('check takes no arguments');
    const environment = environmentOfThisMachine();
    const settings = readSettings(environment);
    const rows = settingRows(environment, settingsOfTables(settings));
    const said: string[] = [];
    const wrong: string[] = [];
    const print = (line: string): void => {
      said.push(line);
      if (!values.json) printLine(line);
    };
    const printError = (line: string): void => {
      wrong.push(line);
      if (!values.json) printProblem(line);
    };
    const { callers, aeAddresses } = settings;
    print(
      `AE title ${settings.aeTitle} on ${settings.bind}:${settings.dimsePort}, HTTP on ${settings.httpPort}`,
    );
    print(
      callers.length === 0
        ? 'Callers: nobody may come in; set OCTRIAGE_CALLERS'
        : `Callers: ${callers.map(({ aeTitle, from }) => (from === undefined ? aeTitle : `${aeTitle} from ${from}`)).join(', ')}`,
    );
    if (callers.some(({ aeTitle, from }) => aeTitle === '*' && from === undefined)) {
      print('Warning: * admits every caller from everywhere; name your scanners instead');
    }
    for (const line of destinationLines(settings)) print(line);
    if (aeAddresses.length > 0) {
      print(`Reports of storage commitment go to ${aeAddresses.map(showAeAddress).join(', ')}`);
    }
    const notified = await notificationLines(settings);
    for (const line of notified.lines) print(line);
    const { identity } = readTlsCredentials(settings);
    print(
      identity === undefined
        ? 'TLS: no certificate of ours; DICOM is listened for without TLS only'
        : `TLS on port ${settings.tlsPort}, client certificate ${settings.tlsClientCertificate}: ${certificateReadiness(identity.validTo).reason}`,
    );
    for (const { variable, value, origin } of rows) {
      if (origin === 'file') print(`${variable}=${value} (from the tables file)`);
    }
    let problems = notified.problems.length;
    for (const problem of notified.problems) printError(problem);
    try {
      mkdirSync(settings.dataDir, { recursive: true });
      accessSync(settings.dataDir, constants.W_OK);
      print(`Data folder: ${settings.dataDir} can be written`);
    } catch {
      problems += 1;
      printError(
        `OCTRIAGE_DATA_DIR: '${settings.dataDir}' cannot be written; give a folder that can`,
      );
    }
    try {
      for (const line of await diskLines(settings)) print(line);
    } catch (error) {
      problems += 1;
      const { code = '', reason = '' } = errorFields(error);
      printError(`OCTRIAGE_DATA_DIR: ${reason} [${code}]`);
    }
    try {
      const set = loadModelSet(modelsFolder(settings));
      print(`Model set: ${set.name} ${set.version}, digests agree`);
      for (const { file, reason } of set.dropped) {
        problems += 1;
        printError(`OCTRIAGE_MODELS: ${file} is left out, results are degraded [${reason}]`);
      }
      problems += showProviders(settings, set.folder, print, printError);
    } catch (error) {
      problems += 1;
      const { code = '', reason = '' } = errorFields(error);
      printError(`OCTRIAGE_MODELS: ${reason} [${code}]`);
    }
    try {
      const profiles = deviceProfiles(settings);
      const own = profiles.filter(({ siteFile }) => siteFile !== undefined);
      const names = own.map(({ id, siteFile = '' }) => `${id} (${siteFile})`).join(', ');
      print(`Device profiles: ${profiles.length}, of this site: ${names || 'none'}`);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems += error.problems.length;
      for (const problem of error.problems) printError(formatProblem(problem));
    }
    print(problems === 0 ? 'The configuration can be used.' : `${problems} problem(s).`);
    if (values.json) printJson({ usable: problems === 0, said, problems: wrong, settings: rows });
    return problems === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
  },
};

/** How long the disk lasts; nothing where nothing was ever received. */
async function diskLines({ dataDir, minimumFreeDisk }: Settings): Promise<readonly string[]> {
  const disk = await readDiskState(dataDir, minimumFreeDisk * MIB);
  if (disk === undefined) return [];
  const free = `Disk: ${(disk.freeBytes / GIB).toFixed(1)} GiB free`;
  if (disk.daysLeft === undefined) return [`${free}; nothing came within the last seven days`];
  return [
    `${free}; at the pace of the last seven days full in ${disk.daysLeft} days`,
    ...(disk.daysLeft < 30 ? ['Warning: that is less than a month'] : []),
  ];
}

/** What each execution provider does here; returns how many problems there are. */
function showProviders(
  settings: Settings,
  folder: string,
  print: (line: string) => void,
  printError: (line: string) => void,
): number {
  const probes = probeProviders(folder);
  for (const probe of probes) {
    const asked = settings.executionProviders.indexOf(probe.provider) + 1;
    const preference = asked === 0 ? 'not asked for' : `preference ${asked}`;
    print(
      `Execution provider ${probe.provider} (${preference}): ${probe.works ? `works, ${probe.milliseconds.toFixed(1)} ms for a B-scan and a network` : `does not work here: ${probe.reason}`}`,
    );
  }
  const usable = settings.executionProviders.find((name) =>
    probes.some(({ provider, works }) => works && provider === name),
  );
  if (usable !== undefined) return 0;
  printError('OCTRIAGE_EXECUTION_PROVIDERS: none of them works on this machine; add cpu');
  return 1;
}
