import { createHash } from 'node:crypto';
import { openNetworks } from './inference/sessions.js';
import { loadModelSet } from './inference/model-set.js';
import { errorFields } from './operations/log.js';
import { readAcquisition, type ReadingRoom } from './pipeline.js';
import { readCostMatrix } from './referral/cost-matrix.js';
import { PRODUCT } from './values/product.js';
import type { ReadRequest, WorkerMessage, WorkerSettings } from './worker-protocol.js';

/**
 * The worker process: loads the networks, then reads one acquisition after the other. It opens neither the ledger nor a
 * socket; what it made goes back to the gateway as bytes. A crash of the native runtime ends this process alone.
 */

/** Progress is told at most so often (ms): each one is a write to the ledger. */
const PROGRESS_INTERVAL = 500;

function tell(message: WorkerMessage): void {
  process.send?.(message);
}

async function prepare(settings: WorkerSettings): Promise<ReadingRoom> {
  const modelSet = loadModelSet(settings.modelsFolder);
  const networks = await openNetworks(modelSet, {
    providers: settings.executionProviders,
    threads: settings.threads,
  });
  tell({
    kind: 'ready',
    executionProvider: networks.executionProvider,
    modelSet: `${modelSet.name} ${modelSet.version}`,
    passedOver: networks.passedOver,
  });
  return {
    networks,
    costMatrix: readCostMatrix(modelSet.decision.path),
    profiles: settings.profiles,
    product: {
      manufacturer: PRODUCT.manufacturer,
      name: PRODUCT.name,
      version: PRODUCT.version,
      serialNumber: settings.aeTitle,
      deviceUid: settings.deviceUid,
    },
    settingsDigest: createHash('sha256')
      .update(
        JSON.stringify([
          networks.executionProvider,
          settings.aeTitle,
          settings.deviceUid,
          settings.profiles.filter(({ siteFile }) => siteFile !== undefined),
        ]),
      )
      .digest('hex'),
  };
}

async function read(room: ReadingRoom, request: ReadRequest): Promise<void> {
  const { workitemUid, acquisition, order } = request;
  let told = 0;
  const onProgress = (percent: number, stage: string): void => {
    if (Date.now() - told < PROGRESS_INTERVAL) return;
    told = Date.now();
    tell({ kind: 'progress', workitemUid, percent, stage });
  };
  try {
    const reading = await readAcquisition(acquisition, room, onProgress, order);
    tell({ kind: 'read', workitemUid, ...reading });
  } catch (error) {
    const { code = 'OCT_UNEXPECTED', reason = '' } = errorFields(error);
    tell({ kind: 'failed', workitemUid, code, reason });
  }
}

try {
  const settings = JSON.parse(process.argv[2] ?? '{}') as WorkerSettings;
  const room = await prepare(settings);
  process.on('message', (request: ReadRequest) => {
    void read(room, request);
  });
} catch (error) {
  const { code = 'OCT_UNEXPECTED', reason = '' } = errorFields(error);
  tell({ kind: 'unfit', code, reason });
  process.exitCode = 1;
  process.disconnect();
}
// The gateway is gone: there is nobody to read for.
process.on('disconnect', () => process.exit());
