import type { Network, Networks, OutputTensor } from '../../src/inference/sessions.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import { MODELS } from './model-folder.js';

type Outputs = Readonly<Record<string, OutputTensor>>;

/** A segmentation network that gives every pixel the same label. */
export function uniform(file: string, label: number, confidence = 0.9): Network {
  return network(file, 'segmentation', (shape) => ({
    labels: tensor(new Uint8Array(shape[2]! * shape[3]!).fill(label)),
    confidence: tensor(Float32Array.of(confidence)),
  }));
}

/** A segmentation network that sees one tissue in the upper half of each picture and another in the lower. */
export function halves(file: string, upper: number, lower: number): Network {
  return network(file, 'segmentation', (shape) => {
    const labels = new Uint8Array(shape[2]! * shape[3]!).fill(upper);
    labels.fill(lower, labels.length >> 1);
    return { labels: tensor(labels), confidence: tensor(Float32Array.of(0.9)) };
  });
}

/** A classification network that always answers the same. */
export function constant(file: string, referral: number[], pathologies?: number[]): Network {
  return network(file, 'classification', () => ({
    referral: tensor(Float32Array.from(referral)),
    pathologies: tensor(Float32Array.from(pathologies ?? new Array<number>(10).fill(0.1))),
  }));
}

/** A classification network whose class-activation maps, 2 × 3 cells a class, hold one value everywhere. */
export function activating(file: string, value: number): Network {
  return network(file, 'classification', () => ({
    referral: tensor(Float32Array.of(0.97, 0.01, 0.01, 0.01)),
    pathologies: tensor(new Float32Array(10).fill(0.1)),
    activation: { data: new Float32Array(14 * 6).fill(value), dims: [1, 14, 2, 3] },
  }));
}

/** Networks of the shipped contract with other members. */
export function networksOf(
  segmentation: readonly Network[],
  classification: readonly Network[],
): Networks {
  const { manifest, name, version, digest } = loadModelSet(MODELS);
  return {
    manifest,
    modelSet: { name, version, digest },
    segmentation,
    classification,
    executionProvider: 'cpu',
    passedOver: [],
    dropped: [],
  };
}

function network(
  file: string,
  role: 'segmentation' | 'classification',
  answer: (shape: readonly number[]) => Outputs,
): Network {
  return {
    identity: { role, file, sha256: '00' },
    run: (_, shape) => Promise.resolve(answer(shape)),
    release: () => Promise.resolve(),
  };
}

function tensor(data: Uint8Array | Float32Array): OutputTensor {
  return { data, dims: [data.length] };
}
