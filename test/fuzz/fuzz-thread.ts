/** The thread that runs a range of inputs; it writes down each number before its turn, so that a hang has a name. */
import { parentPort, workerData } from 'node:worker_threads';
import { Random } from '../../fixtures/phantom/random.js';
import { TARGETS } from './targets.js';

export interface FuzzRange {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** Where the number of the input in hand is written, for whoever watches. */
  readonly progress: Int32Array;
}

const { seed, from, to, progress } = workerData as FuzzRange;
// Most inputs end in an error, and its stack costs more than the rest; seen again alone, an input shows it.
if (to - from > 1) Error.stackTraceLimit = 0;
for (let input = from; input < to; input += 1) {
  Atomics.store(progress, 0, input);
  const target = TARGETS[input % TARGETS.length];
  try {
    await target?.(new Random(seed, String(input)));
  } catch (error) {
    parentPort?.postMessage(
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
    break;
  }
}
