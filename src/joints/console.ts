import type { Router } from 'express';
import type { Archive } from '../archive/archive.js';
import { ArchiveError } from '../archive/errors.js';
import { eventMeaning } from '../archive/events.js';
import type { AeAddress } from '../config/destination.js';
import { settingRows } from '../config/setting-rows.js';
import type { Settings } from '../config/settings-manifest.js';
import { timersOf } from '../config/timers.js';
import { changesRouter } from '../console/changes.js';
import { commissioningPorts } from './commissioning.js';
import { commissioningRouter } from '../console/commissioning.js';
import { imagesRouter } from '../console/images.js';
import type { EchoAnswer } from '../console/model.js';
import type { NodeState } from '../console/node-model.js';
import { housekeepingRouter, type HousekeepingPorts } from '../console/housekeeping.js';
import { networkRouter } from '../console/network.js';
import { nodeRouter } from '../console/node-state.js';
import { pageRouter } from '../console/page-files.js';
import type { StoredFiles } from '../console/ports.js';
import { scansRouter } from '../console/scans.js';
import { tablesRouter } from '../console/tables.js';
import { tablesPort } from './console-tables.js';
import { deviceProfileRows } from '../device-profiles.js';
import { echo } from '../dimse/sender.js';
import { formatStatus } from '../dimse/status.js';
import type { DriftWatch } from './drift-watch.js';
import type { ModelSet } from '../inference/model-set.js';
import type { LiveSettings } from './live-settings.js';
import { modelCards, modelCardText } from '../model-cards.js';
import { networkSources } from './network.js';
import { nodeNews } from './node-news.js';
import { standingState } from './node-state.js';
import { log } from '../operations/log.js';
import type { SilenceWatch } from './silence-watch.js';
import type { WorkersSeen } from '../workers/news.js';

export interface ConsoleParts {
  readonly settings: Settings;
  readonly live: LiveSettings;
  readonly archive: Archive;
  readonly files: StoredFiles;
  readonly listener: { readonly port: number; readonly tlsPort?: number | undefined };
  /** Something is due in the outbox that was not. */
  readonly onRetry: () => void;
  /** What was set, by variable. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly modelSet: Pick<ModelSet, 'folder'>;
  readonly workers: { readonly wanted: number; readonly seen: WorkersSeen };
  readonly readiness: () => NodeState['conditions'];
  readonly housekeeping: HousekeepingPorts;
  readonly drift: Pick<DriftWatch, 'devices'>;
  readonly silence: Pick<SilenceWatch, 'silent'>;
}

/** The console's routes: its page and what the page asks for. */
export function consoleRouters(parts: ConsoleParts): readonly Router[] {
  const { settings, live, archive, files, listener } = parts;
  const { scanView, deliveries } = archive;
  const tables = tablesPort(settings, parts.environment, archive, ({ callers, destinations }) => {
    log('info', 'tables changed in the console', {
      detail: `${callers.length} callers, ${destinations.length} destinations in the file`,
    });
    live.reload();
  });
  const started = tables.read().tables.settings;
  return [
    pageRouter(),
    changesRouter(scanView),
    scansRouter({
      ledger: scanView,
      files,
      putFirst: (uid, reason) => putFirst(archive, uid, reason),
      eventMeaning,
    }),
    imagesRouter(files),
    tablesRouter(tables),
    networkRouter({
      ...networkSources(archive),
      node: {
        aeTitle: settings.aeTitle,
        calledAeTitles: settings.calledAeTitles,
        dimsePort: listener.port,
        ...(listener.tlsPort !== undefined && { tlsPort: listener.tlsPort }),
      },
      current: () => live.current,
      inFile: () => tables.read().tables,
      silent: () => parts.silence.silent,
      echo: (address) => askEcho(address, settings, live),
      async retry(id) {
        const again = (await deliveries.replay({ ids: [id] })) > 0;
        if (again) parts.onRetry();
        return again;
      },
    }),
    commissioningRouter(commissioningPorts(archive, () => live.current, files)),
    housekeepingRouter(parts.housekeeping),
    nodeRouter({
      state: () => nodeState(parts),
      settings: () => settingRows(parts.environment, tables.read().tables.settings, started),
      models: () => modelCards(settings, parts.modelSet.folder),
      modelCard: (set) => modelCardText(settings, set),
      profiles: () => deviceProfileRows(live.current.profiles, tables.read().tables.deviceProfiles),
    }),
  ];
}

/** A priority of 1 is before all that nobody gave one. */
async function putFirst({ workitems }: Archive, uid: string, reason: string): Promise<boolean> {
  try {
    await workitems.prioritise(uid, 1, reason);
    return true;
  } catch (error) {
    if (error instanceof ArchiveError && error.code === 'OCT_WORKITEM_STATE') return false;
    throw error;
  }
}

async function askEcho(
  { host, port, aeTitle, tls, serverName }: AeAddress,
  settings: Settings,
  live: LiveSettings,
): Promise<EchoAnswer> {
  const started = performance.now();
  const { credentials } = live.current;
  const outcome = await echo(
    {
      host,
      port,
      calledAeTitle: aeTitle,
      callingAeTitle: settings.aeTitle,
      ...(tls && { tls: { credentials, serverName } }),
    },
    { timers: timersOf(settings) },
  );
  const milliseconds = Math.round(performance.now() - started);
  if (outcome.kind === 'failed') {
    return { answered: false, words: `${outcome.reason} [${outcome.code}]`, milliseconds };
  }
  const answered = outcome.category === 'success';
  return { answered, words: `status ${formatStatus(outcome.status)}`, milliseconds };
}

async function nodeState(parts: ConsoleParts): Promise<NodeState> {
  const { archive, live, workers, drift } = parts;
  const known = {
    queue: await archive.workitemView.counts(),
    disk: await archive.diskView.state(),
  };
  return {
    ...standingState(known, drift.devices, live.current.credentials.identity?.validTo),
    ...nodeNews(workers.wanted, workers.seen),
    conditions: parts.readiness(),
  };
}
