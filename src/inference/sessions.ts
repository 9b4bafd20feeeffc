import { InferenceSession, Tensor } from 'onnxruntime-node';

import type { ExecutionProvider } from '../config/setting-kinds.js';
import type { DroppedMember, ModelIdentity } from '../values/findings.js';
import { contractDifferences } from './contract.js';
import { countOf, requireMembers } from './ensemble.js';
import { InferenceError, type InferenceErrorCode } from './errors.js';
import type { ModelManifest, NetworkManifest } from './manifest.js';
import { readModelFile } from './model-set.js';
import type { ModelFile, ModelSet } from './model-set.js';

/** How a session uses the processor. */
export interface Threading {
  /** 0: as many as ONNX Runtime takes by itself. More than the machine's cores makes it slower, not faster. */
  readonly threads: number;
  /** Idle threads that spin answer sooner, and take the cores from the other processes of this machine. */
  readonly spinning?: boolean;
}

export interface NetworkOptions extends Threading {
  readonly providers: readonly ExecutionProvider[];
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
  /** Members that are not there: their file was damaged, or did not load, or they failed on the scan in hand. */
  readonly dropped: readonly DroppedMember[];
}

/**
 * Loads every network of a model set with the first configured execution provider that works; a provider that does not
 * (no GPU, no driver, no library) is passed over and the next one tried for the whole set. A member that alone does not
 * load is dropped while enough others are left.
 * @throws InferenceError OCT_MODEL_NOT_LOADABLE, OCT_MODEL_CONTRACT_BROKEN
 */
export async function openNetworks(modelSet: ModelSet, options: NetworkOptions): Promise<Networks> {
  const failures: string[] = [];
  for (const provider of options.providers) {
    try {
      return { ...(await openWith(modelSet, provider, options)), passedOver: failures };
    } catch (error) {
      if (error instanceof InferenceError && !isCode(error, 'OCT_MODEL_NOT_LOADABLE')) throw error;
      failures.push(`${provider}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new InferenceError(
    'OCT_MODEL_NOT_LOADABLE',
    failures.join('; ') || 'no provider configured',
  );
}

/** One segmentation network alone, to measure. @throws what ONNX Runtime throws, and OCT_MODEL_CONTRACT_BROKEN */
export function openSegmentation(
  { segmentation, manifest }: ModelSet,
  provider: ExecutionProvider,
  threading: Threading,
): Promise<Network> {
  return openNetwork(segmentation[0]!, 'segmentation', manifest.segmentation, provider, threading);
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
  threading: Threading,
): Promise<Omit<Networks, 'passedOver'>> {
  const { manifest, name, version, digest } = modelSet;
  const dropped = [...modelSet.dropped];
  const open = async (files: readonly ModelFile[], role: ModelIdentity['role']) => {
    const networks: Network[] = [];
    for (const file of files) {
      try {
        networks.push(await openNetwork(file, role, manifest[role], provider, threading));
      } catch (error) {
        const contract = isCode(error, 'OCT_MODEL_CONTRACT_BROKEN');
        const left = files.length - countOf(dropped, role) + countOf(modelSet.dropped, role) - 1;
        const needed = left < manifest[role].minimumMembers;
        if (contract || (needed && error instanceof InferenceError)) throw error;
        const said = error instanceof Error ? error.message : String(error);
        dropped.push({ role, file: file.file, sha256: file.sha256, reason: `not loaded: ${said}` });
      }
    }
    requireMembers(manifest, role, networks.length, dropped, 'OCT_MODEL_NOT_LOADABLE');
    return networks;
  };
  return {
    manifest,
    modelSet: { name, version, digest },
    segmentation: await open(modelSet.segmentation, 'segmentation'),
    classification: await open(modelSet.classification, 'classification'),
    executionProvider: provider,
    dropped,
  };
}

async function openNetwork(
  file: ModelFile,
  role: ModelIdentity['role'],
  contract: NetworkManifest,
  provider: ExecutionProvider,
  { threads, spinning = false }: Threading,
): Promise<Network> {
  const session = await InferenceSession.create(readModelFile(file), {
    executionProviders: [provider],
    ...(threads > 0 && { intraOpNumThreads: threads }),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    extra: { session: { intra_op: { allow_spinning: spinning ? '1' : '0' } } },
  });
  checkContract(session, file, contract);
  return {
    identity: { role, file: file.file, sha256: file.sha256 },
    run: (input, shape) =>
      session.run({ [contract.input.name]: new Tensor('float32', input, shape) }),
    release: () => session.release(),
  };
}

function isCode(error: unknown, code: InferenceErrorCode): boolean {
  return error instanceof InferenceError && error.code === code;
}

function checkContract(
  session: InferenceSession,
  file: ModelFile,
  contract: NetworkManifest,
): void {
  const differences = contractDifferences(session, contract);
  if (differences.length > 0) {
    throw new InferenceError(
      'OCT_MODEL_CONTRACT_BROKEN',
      `${file.file}: ${differences.join('; ')}`,
    );
  }
}
