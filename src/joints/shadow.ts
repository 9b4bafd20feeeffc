import type { Archive } from '../archive/archive.js';
import type { Settings } from '../config/settings-manifest.js';
import { loadModelSet, type ModelSet } from '../inference/model-set.js';
import { shadowModelsFolder } from '../models-folder.js';
import { logWorkerEvent } from './node-log.js';
import { log } from '../operations/log.js';
import type { DeviceProfile } from '../values/device-profile.js';
import { workersOf } from './workers.js';
import type { WorkitemQueue } from '../workers/pool.js';

/** A model set that reads after the active one, and whose results stay here. */
export interface Shadow {
  /** The queue of the active set, after which each scan is wanted of the one in shadow. */
  beside(queue: WorkitemQueue): WorkitemQueue;
  start(): void;
  stop(): Promise<void>;
}

const NONE: Shadow = {
  beside: (queue) => queue,
  start: () => undefined,
  stop: () => Promise.resolve(),
};

/**
 * The set in shadow as the settings want it, with one worker of its own; without one, nothing. Its troubles are logged
 * and never make the node unready.
 * @throws InferenceError where the set is not usable: a clear refusal to start, as for the active one
 */
export function shadowOf(
  settings: Settings,
  active: ModelSet,
  profiles: () => readonly DeviceProfile[],
  { shadowReadings }: Pick<Archive, 'shadowReadings'>,
): Shadow {
  const folder = shadowModelsFolder(settings);
  if (folder === undefined || settings.workers === 0) return NONE;
  const { digest, name, version, operatingPoints } = loadModelSet(folder);
  if (digest === active.digest) {
    log('warn', 'the model set in shadow is the active one: nothing is compared');
    return NONE;
  }
  const sets = { active: active.digest, shadow: digest };
  const queue: WorkitemQueue = {
    claim: () => shadowReadings.claim(digest),
    progress: () => Promise.resolve(),
    async complete({ acquisition }, { decision, results }) {
      await shadowReadings.complete(acquisition, digest, decision, results);
      log('info', 'scan read in shadow', {
        acquisitionId: acquisition.id,
        modelSet: `${name} ${version}`,
        decision: decision.kind === 'assessed' ? decision.referral : 'not-assessed',
      });
    },
    async fail(item, code, reason) {
      await shadowReadings.fail(item, digest, `${reason} [${code}]`);
      log('warn', 'attempt in shadow failed', {
        acquisitionId: item.acquisition.id,
        attempts: item.attempt,
        code,
        reason,
      });
    },
  };
  // One thread unless told otherwise: what only watches must not slow down what is waited for.
  const modest = {
    ...settings,
    workers: 1,
    inferenceThreads: settings.inferenceThreads || 1,
    // At the same operating point as the active set, where it has one of that name.
    operatingPoint: operatingPoints.has(settings.operatingPoint) ? settings.operatingPoint : '',
  };
  const workers = workersOf(modest, folder, profiles, queue, logWorkerEvent);
  return {
    beside: (first) => ({
      ...first,
      async complete(item, read) {
        await first.complete(item, read);
        await shadowReadings.want(item.acquisition, sets, read.decision);
        workers.notify();
      },
    }),
    start() {
      log('info', 'a model set reads in shadow', { modelSet: `${name} ${version}` });
      workers.start();
    },
    stop: () => workers.stop(),
  };
}
