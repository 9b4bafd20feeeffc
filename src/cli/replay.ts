import { mkdirSync, readdirSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withReplays } from '../archive/replays.js';
import { ROUTED_DECISIONS } from '../config/routing-rule.js';
import { isUid } from '../dicom/uid.js';
import { modelSetFolder, modelsFolder } from '../models-folder.js';
import { replayScans, type ReplayedScan, type ReplayWay } from '../rereading/replay-scans.js';
import { parseCommandLine, timeOf } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, print, printError, printJson, UsageError } from './commands.js';
import type { Command, CommandOptions } from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { progressBar } from './progress.js';

const OPTIONS = {
  since: {
    type: 'string',
    value: 'TIME',
    help: 'scans that came at this time or later (ISO 8601)',
  },
  until: { type: 'string', value: 'TIME', help: 'scans that came before this time (ISO 8601)' },
  device: { type: 'string', value: 'AE', help: 'scans that this AE title sent' },
  decision: {
    type: 'string',
    value: 'DECISION',
    help: `scans that were read as ${ROUTED_DECISIONS.join(', ')}`,
  },
  models: { type: 'string', value: 'SET', help: 'name or folder of another model set' },
  to: {
    type: 'string',
    value: 'FOLDER',
    help: 'dry run: objects and summary.csv into this new folder; nothing is sent or on record',
  },
  deliver: { type: 'boolean', help: 'the new results supersede the earlier ones, and are sent' },
  reason: { type: 'string', value: 'TEXT', help: 'why; on record' },
  json: JSON_OPTION,
} as const satisfies CommandOptions;

/** `octriage replay`: stored scans read again, into a folder or to their destinations, beside a node or without one. */
export const replay: Command = {
  name: 'replay',
  form: 'replay UIDS... | --since TIME | --until TIME | --device AE | --decision DECISION  --to FOLDER | --deliver  --reason TEXT',
  help: 'reads stored scans again, with this or another model set; what would change, or new results that supersede',
  use: 'operates',
  options: OPTIONS,
  async run(args) {
    const { positionals: uids, values } = parseCommandLine(args, OPTIONS);
    const { since, until, device, decision, models, json } = values;
    if ([uids[0], since, until, device, decision].every((one) => one === undefined)) {
      throw new UsageError('replay needs UIDs, --since, --until, --device or --decision');
    }
    const illegal = uids.find((uid) => !isUid(uid));
    if (illegal !== undefined) throw new UsageError(`'${illegal}' is no UID`);
    if (decision !== undefined && !ROUTED_DECISIONS.some((one) => one === decision)) {
      throw new UsageError(`a decision is one of ${ROUTED_DECISIONS.join(', ')}`);
    }
    const way = wayOf(values);
    const selection = {
      uids,
      since: timeOf(since),
      until: timeOf(until),
      callingAeTitle: device,
      decision,
    };
    const settings = settingsOfThisMachine();
    const folder = models === undefined ? modelsFolder(settings) : modelSetFolder(settings, models);
    if (folder === undefined) throw new UsageError(`there is no model set '${models ?? ''}'`);
    return withReplays(settings.dataDir, async (replays) => {
      const ids = await replays.select(selection);
      if (ids.length === 0) {
        if (json === true) printJson({ dryRun: 'folder' in way, scans: [] });
        else printError('No stored scan is meant by this.');
        return EXIT_CODES.failed;
      }
      if ('folder' in way) mkdirSync(way.folder, { recursive: true });
      const progress = progressBar('scans');
      progress.show(0, ids.length);
      const done = await replayScans(replays, ids, settings, folder, way, (scan, count) => {
        progress.clear();
        if (json !== true) print(`${count}/${ids.length} ${describe(scan)}`);
        progress.show(count, ids.length);
      });
      progress.clear();
      const { modelSet, scans } = done;
      if ('folder' in way) writeFileSync(join(way.folder, 'summary.csv'), summaryOf(scans));
      if (json === true) printJson({ dryRun: 'folder' in way, modelSet, scans });
      else for (const line of conclusion(scans, modelSet, way)) print(line);
      const failed = scans.some(({ failure }) => failure !== undefined);
      return failed ? EXIT_CODES.failed : EXIT_CODES.done;
    });
  },
};

function wayOf(values: {
  readonly to?: string;
  readonly deliver?: boolean;
  readonly reason?: string;
}): ReplayWay {
  const { to, deliver, reason = '' } = values;
  if ((to === undefined) === (deliver !== true)) {
    throw new UsageError('say --to FOLDER for a dry run, or --deliver');
  }
  if (reason.trim() === '') throw new UsageError('say why: --reason TEXT');
  if (to === undefined) return { deliver: true, reason: reason.trim() };
  if (existsSync(to) && readdirSync(to).length > 0) {
    throw new UsageError(`'${to}' is not empty; give a new folder`);
  }
  return { folder: to };
}

function describe({ scan, studyInstanceUid, before, after, failure }: ReplayedScan): string {
  if (failure !== undefined) return `scan ${scan}: ${failure}`;
  const change = before === after ? 'as before' : 'changed';
  return `study ${studyInstanceUid ?? ''} scan ${scan}: ${before ?? 'not read'} -> ${after ?? ''} (${change})`;
}

function conclusion(
  scans: readonly ReplayedScan[],
  modelSet: string,
  way: ReplayWay,
): readonly string[] {
  const read = scans.filter(({ failure }) => failure === undefined);
  const changed = read.filter(({ before, after }) => before !== after).length;
  const told = `${read.length} of ${scans.length} scans read by ${modelSet}; ${changed} decided otherwise`;
  if ('folder' in way) return [told, `Objects and summary.csv: ${way.folder}; nothing was sent.`];
  return [told, 'The new results are in the outbox: a node that runs sends them within seconds.'];
}

/** No value has a comma but the reasons of 'not assessed', which are in quotes. */
function summaryOf(scans: readonly ReplayedScan[]): string {
  const rows = scans.map(({ studyInstanceUid = '', scan, revision = '', ...rest }) => {
    const { before = '', after = '', destinations = [], failure = '' } = rest;
    const changed = failure === '' ? String(before !== after) : '';
    const texts = [before, after, changed, destinations.join(' '), failure].map(quoted);
    return [studyInstanceUid, scan, revision, ...texts].join(',');
  });
  const head = 'study,scan,revision,before,after,changed,destinations,failure';
  return [head, ...rows, ''].join('\n');
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
