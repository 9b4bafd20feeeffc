import { join } from 'node:path';
import type { Settings } from '../config/settings-manifest.js';
import type { InferenceSettings } from '../inference/prepare.js';
import { logWorkerEvent } from './node-log.js';
import { installationUid } from '../operations/installation.js';
import type { Readiness } from '../operations/health.js';
import type { DeviceProfile } from '../values/device-profile.js';
import {
  WORKER_PATH,
  WorkerPool,
  type WorkerPoolEvent,
  type WorkitemQueue,
} from '../workers/pool.js';

/** Where the threads are kept that were measured on this machine. */
export function tuningFile(settings: Settings): string {
  return join(settings.dataDir, 'tuning.json');
}

/** How the networks are opened on this machine: in a worker, or in a command. */
export function inferenceSettings(settings: Settings, modelsFolder: string): InferenceSettings {
  return {
    modelsFolder,
    executionProviders: settings.executionProviders,
    threads: settings.inferenceThreads,
    tuningFile: tuningFile(settings),
    workers: settings.workers,
  };
}

/** The worker processes as the settings want them. */
export function workersOf(
  settings: Settings,
  modelsFolder: string,
  profiles: () => readonly DeviceProfile[],
  queue: WorkitemQueue,
  onEvent: (event: WorkerPoolEvent) => void = logWorkerEvent,
): WorkerPool {
  return new WorkerPool({
    count: settings.workers,
    limits: {
      silence: settings.leaseDuration,
      stage: settings.stageDeadline,
      memory: settings.workerMemory,
    },
    holdsProvider: settings.providerLost === 'hold',
    settings: {
      ...inferenceSettings(settings, modelsFolder),
      operatingPoint: settings.operatingPoint,
      aeTitle: settings.aeTitle,
      deviceUid: installationUid(settings.dataDir),
    },
    profiles,
    queue,
    onEvent,
    workerPath: WORKER_PATH,
  });
}

/** The task 'golden scan' of housekeeping. */
export function goldenScanTask(workers: WorkerPool): () => Promise<string> {
  return () => {
    workers.checkGoldenScan();
    return Promise.resolve(`asked of ${workers.size} workers`);
  };
}

export function workerReadiness(workers: WorkerPool): Readiness {
  const loaded = `${workers.ready} of ${workers.size} workers are fit for work`;
  return {
    name: 'workers',
    ready: workers.ready === workers.size,
    reason: [loaded, ...workers.troubles].join('; '),
  };
}
