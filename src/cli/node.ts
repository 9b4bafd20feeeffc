import { readDiskState } from '../archive/disk-view.js';
import { withOperatorArchive } from '../archive/operator-archive.js';
import type { Settings } from '../config/settings-manifest.js';
import { readTlsCredentials } from '../config/tls-credentials.js';
import { driftInWords, watchedDevices } from '../joints/drift-watch.js';
import { loadModelSet, type ModelSet } from '../inference/model-set.js';
import { modelsFolder } from '../models-folder.js';
import { keptNodeNews, type NodeNews } from '../joints/node-news.js';
import { standingState, type StandingState } from '../joints/node-state.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, print, printJson, UsageError, type Command } from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { askReadiness, type NodeReadiness } from './readiness.js';
import { GIB, MIB } from '../values/units.js';

const OPTIONS = { json: JSON_OPTION };

/** `octriage node`: the console's Node page. What only the process knows, it is asked: `/readyz` is open to everybody. */
export const node: Command = {
  name: 'node',
  form: 'node [--json]',
  help: 'is the node ready, and why not (1); its queue, workers, disk, certificate, drift and model set',
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    if (positionals.length > 0) throw new UsageError('node takes no arguments');
    const settings = settingsOfThisMachine();
    const readiness = await askReadiness(settings);
    // What the last node left says nothing of one that does not answer.
    const news = readiness.answered ? keptNodeNews(settings.dataDir) : undefined;
    const modelSet = loadModelSet(modelsFolder(settings));
    const state = await stateOf(settings, modelSet);
    const { conditions, degraded } = readiness;
    if (values.json === true) printJson({ ...state, ...news, conditions, degraded });
    else {
      for (const line of describe(state, modelSet, readiness, news)) print(line);
    }
    return conditions.every(({ ready }) => ready) ? EXIT_CODES.done : EXIT_CODES.failed;
  },
};

async function stateOf(settings: Settings, modelSet: ModelSet): Promise<StandingState> {
  const { dataDir, minimumFreeDisk } = settings;
  const { queue, devices } = await withOperatorArchive(dataDir, async (archive) => ({
    queue: await archive.workitemView.counts(),
    devices: await watchedDevices(archive.scanHistory, modelSet),
  }));
  const disk = await readDiskState(dataDir, minimumFreeDisk * MIB);
  const { identity } = readTlsCredentials(settings);
  return standingState({ queue, disk: disk! }, devices, identity?.validTo);
}

function describe(
  state: StandingState,
  { name: set, version, digest }: ModelSet,
  { conditions, degraded }: NodeReadiness,
  news: NodeNews | undefined,
): readonly string[] {
  const { product, queue, disk, certificate, drift } = state;
  const waiting = Object.entries(queue).map(([name, count]) => `${count} ${name}`);
  const days =
    disk.daysLeft === undefined ? '' : `, ${disk.daysLeft} days at the pace of last week`;
  return [
    product,
    ...conditions.map(({ name, ready, reason }) => `${ready ? '[x]' : '[!]'} ${name}: ${reason}`),
    ...degraded.map(({ name, reason }) => `[!] ${name}: ${reason}`),
    ...(news === undefined ? [] : newsLines(news)),
    `queue: ${waiting.join(', ')}`,
    `disk: ${(disk.freeBytes / GIB).toFixed(1)} GiB free${days}`,
    ...(certificate
      ? [`certificate: until ${certificate.validTo}, ${certificate.daysLeft} days`]
      : []),
    ...drift.flatMap(({ callingAeTitle, profile, state: how, drifts }) => [
      `device ${callingAeTitle} (${profile}): ${drifts.length > 0 ? 'not as it was' : how}`,
      ...drifts.map((one) => `  ${driftInWords(one)}`),
    ]),
    `model set: ${set} ${version}, sha256:${digest.slice(0, 12)}`,
  ];
}

function newsLines({
  startedAt,
  workers: { wanted, running, trouble },
}: NodeNews): readonly string[] {
  return [
    `runs since ${startedAt}, ${running.length} of ${wanted} workers`,
    ...running.map(
      ({ processId, executionProvider, modelSet, pace, passedOver }) =>
        `  ${processId} on ${[executionProvider, ...passedOver].join('; ')}, ${modelSet}: ${pace}`,
    ),
    ...(trouble === undefined ? [] : [`  last trouble: ${trouble}`]),
  ];
}
