import type { ExecutionProvider } from '../config/setting-kinds.js';
import { InferenceError } from './errors.js';
import { loadGoldenScan, readGoldenScan, type GoldenScan } from './golden-scan.js';
import { loadModelSet, type ModelSet } from './model-set.js';
import { closeNetworks, openNetworks, type Networks, type Threading } from './sessions.js';
import { keepTuning, keptTuning, measureTuning } from './tuning.js';

export interface InferenceSettings {
  readonly modelsFolder: string;
  readonly executionProviders: readonly ExecutionProvider[];
  /** 0: as measured on this machine, at the first start. */
  readonly threads: number;
  /** Where what was measured is kept. */
  readonly tuningFile: string;
  /** Workers that share the machine. */
  readonly workers: number;
}

/** Networks that gave the known answer for the golden scan, and are warm by it. */
export interface PreparedNetworks {
  readonly modelSet: ModelSet;
  readonly networks: Networks;
  readonly golden: GoldenScan | undefined;
  /** `undefined` where there is no golden scan. */
  readonly bscansPerSecond: number | undefined;
}

/**
 * Opens the networks with the first execution provider that really works: one whose library loads and whose sessions
 * open may still fail to run, so the golden scan decides.
 * @throws InferenceError of `loadModelSet`, `openNetworks` and `readGoldenScan`
 */
export async function prepareNetworks(settings: InferenceSettings): Promise<PreparedNetworks> {
  const modelSet = loadModelSet(settings.modelsFolder);
  const golden = loadGoldenScan(settings.modelsFolder, modelSet.digest);
  const threading = await threadingOf(settings, modelSet);
  const lost: string[] = [];
  let providers = settings.executionProviders;
  for (;;) {
    const opened = await openNetworks(modelSet, { providers, ...threading }).catch(
      (error: unknown) => {
        throw lost.length > 0 && error instanceof InferenceError
          ? new InferenceError(error.code, [...lost, error.message].join('; '))
          : error;
      },
    );
    const networks = { ...opened, passedOver: [...lost, ...opened.passedOver] };
    try {
      const result = golden && (await readGoldenScan(golden, networks));
      return { modelSet, networks, golden, bscansPerSecond: result?.bscansPerSecond };
    } catch (error) {
      if (!(error instanceof InferenceError) || error.code !== 'OCT_PROVIDER_LOST') throw error;
      lost.push(error.message);
      await closeNetworks(networks).catch(() => undefined);
      providers = providers.slice(providers.indexOf(networks.executionProvider) + 1);
    }
  }
}

async function threadingOf(settings: InferenceSettings, modelSet: ModelSet): Promise<Threading> {
  if (settings.threads > 0) return { threads: settings.threads };
  const { tuningFile, workers } = settings;
  const kept = keptTuning(tuningFile, modelSet, workers);
  if (kept !== undefined) return kept.chosen;
  const tuning = await measureTuning(modelSet, workers);
  keepTuning(tuningFile, tuning);
  return tuning.chosen;
}
