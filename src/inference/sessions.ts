import { InferenceSession, Tensor } from 'onnxruntime-node';

import type { ModelIdentity } from '../values/findings.js';
import { InferenceError } from './errors.js';
import type { ModelManifest, NetworkManifest } from './manifest.js';
import { readModelFile } from './model-set.js';
import type { ModelFile, ModelSet } from './model-set.js';

/** ONNX Runtime execution providers that may be configured, in the order to try them. */
export type ExecutionProvider = 'cuda' | 'tensorrt' | 'webgpu' | 'cpu';

export interface NetworkOptions {
  readonly providers: readonly ExecutionProvider[];
  /** Threads of one session; more than the machine's cores makes it slower, not faster. */
  readonly threads: number;
}

export type OutputTensor = Pick<Tensor, 'data' | 'dims'>;

/** One loaded network: one float32 input, named outputs. An interface so that tests can put a broken one in its place. */
export interface Network {
  readonly identity: ModelIdentity;
  run(
    input: Float32Array,
    shape: readonly number[],
  ): Promise<Readonly<Record<string, OutputTensor>>>;
  release(): Promise<void>;
}

/** All networks of a model set, loaded. */
export interface Networks {
  readonly manifest: ModelManifest;
  readonly modelSet: { readonly name: string; readonly version: string; readonly digest: string };
  readonly segmentation: readonly Network[];
  readonly classification: readonly Network[];
  /** The execution provider that really runs, which need not be the first configured. */
  readonly executionProvider: ExecutionProvider;
  /** What the providers said that were tried before it; empty where the first one works. For the log. */
  readonly passedOver: readonly string[];
}

/**
 * Loads every network of a model set with the first configured execution provider that works; a provider that does not
 * (no GPU, no driver, no library) is passed over and the next one tried for the whole set.
 * @throws InferenceError OCT_MODEL_NOT_LOADABLE, OCT_MODEL_CONTRACT_BROKEN, OCT_MODEL_FILE_MISSING, OCT_MODEL_FILE_CHANGED
 */
export async function openNetworks(modelSet: ModelSet, options: NetworkOptions): Promise<Networks> {
  const failures: string[] = [];
  for (const provider of options.providers) {
    try {
      return { ...(await openWith(modelSet, provider, options.threads)), passedOver: failures };
    } catch (error) {
      if (error instanceof InferenceError) throw error;
      failures.push(`${provider}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new InferenceError(
    'OCT_MODEL_NOT_LOADABLE',
    failures.join('; ') || 'no provider configured',
  );
}

/** Frees the sessions' memory. */
export async function closeNetworks(networks: Networks): Promise<void> {
  for (const network of [...networks.segmentation, ...networks.classification]) {
    await network.release();
  }
}

async function openWith(
  modelSet: ModelSet,
  provider: ExecutionProvider,
  threads: number,
): Promise<Omit<Networks, 'passedOver'>> {
  const { manifest, name, version, digest } = modelSet;
  const open = async (files: readonly ModelFile[], role: ModelIdentity['role']) => {
    const networks: Network[] = [];
    for (const file of files) {
      networks.push(await openNetwork(file, role, manifest[role], provider, threads));
    }
    return networks;
  };
  return {
    manifest,
    modelSet: { name, version, digest },
    segmentation: await open(modelSet.segmentation, 'segmentation'),
    classification: await open(modelSet.classification, 'classification'),
    executionProvider: provider,
  };
}

async function openNetwork(
  file: ModelFile,
  role: ModelIdentity['role'],
  contract: NetworkManifest,
  provider: ExecutionProvider,
  threads: number,
): Promise<Network> {
  const session = await InferenceSession.create(readModelFile(file), {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Idle threads that spin take the cores from the other processes of this machine.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  checkContract(session, file, contract);
  return {
    identity: { role, file: file.file, sha256: file.sha256 },
    run: (input, shape) =>
      session.run({ [contract.input.name]: new Tensor('float32', input, shape) }),
    release: () => session.release(),
  };
}

function checkContract(
  session: InferenceSession,
  file: ModelFile,
  contract: NetworkManifest,
): void {
  const differences = [
    ...[contract.input.name].filter((name) => !session.inputNames.includes(name)),
    ...contract.outputs
      .map(({ name }) => name)
      .filter((name) => !session.outputNames.includes(name)),
    ...session.inputNames.filter((name) => name !== contract.input.name),
  ];
  if (differences.length > 0) {
    throw new InferenceError(
      'OCT_MODEL_CONTRACT_BROKEN',
      `${file.file}: ${differences.join(', ')}`,
    );
  }
}
