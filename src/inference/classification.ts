import { PATHOLOGIES, REFERRAL_CLASSES } from '../values/referral-class.js';
import { InferenceError } from './errors.js';
import type { EnFaceGrid } from './manifest.js';
import type { Network, OutputTensor } from './sessions.js';
import { EN_FACE_CHANNELS } from './thickness-maps.js';

/** One network's answer to one tissue map. */
export interface Classification {
  /** Probabilities in the order of REFERRAL_CLASSES. */
  readonly referral: readonly number[];
  /** Probabilities in the order of PATHOLOGIES. */
  readonly pathologies: readonly number[];
  /** Class-activation maps; absent where the network gives none. */
  readonly activation?: Activation;
}

/** float32 [classes, rows, columns], C order: the REFERRAL_CLASSES, then the PATHOLOGIES. */
export interface Activation {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/**
 * Classifies one scan from its en-face maps.
 * @throws InferenceError OCT_NETWORK_OUTPUT_INVALID
 */
export async function classify(
  enFace: Float32Array,
  grid: EnFaceGrid,
  network: Network,
): Promise<Classification> {
  const outputs = await network.run(enFace, [1, EN_FACE_CHANNELS, grid.frames, grid.columns]);
  const activation = activationOf(outputs['activation'], network);
  return {
    ...(activation && { activation }),
    referral: probabilities(outputs['referral'], REFERRAL_CLASSES.length, network),
    pathologies: probabilities(outputs['pathologies'], PATHOLOGIES.length, network),
  };
}

function probabilities(
  output: OutputTensor | undefined,
  length: number,
  network: Network,
): readonly number[] {
  const values = output?.data instanceof Float32Array ? Array.from(output.data) : [];
  const valid = values.length === length && values.every((value) => value >= 0 && value <= 1);
  if (!valid) throw new InferenceError('OCT_NETWORK_OUTPUT_INVALID', network.identity.file);
  return values;
}

function activationOf(output: OutputTensor | undefined, network: Network): Activation | undefined {
  if (output === undefined) return undefined;
  const { data, dims } = output;
  const [, classes, rows = 0, columns = 0] = dims;
  const valid =
    data instanceof Float32Array &&
    classes === REFERRAL_CLASSES.length + PATHOLOGIES.length &&
    data.every((value) => Number.isFinite(value));
  if (!valid) throw new InferenceError('OCT_NETWORK_OUTPUT_INVALID', network.identity.file);
  return { rows, columns, values: data };
}
