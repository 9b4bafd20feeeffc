import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname } from 'node:path';
import { env } from 'onnxruntime-node';
import { z } from 'zod';
import type { ModelSet } from './model-set.js';
import { openSegmentation, type Network, type Threading } from './sessions.js';
import { median } from '../values/median.js';

const measurement = z.object({
  threads: z.int().min(0),
  spinning: z.boolean(),
  millisecondsPerBscan: z.number().positive(),
});
const tuningSchema = z.object({
  /** What it holds for: another processor, ONNX Runtime, model set or number of workers is measured anew. */
  validFor: z.string(),
  measured: z.array(measurement).min(1),
  chosen: measurement,
});

export type Measurement = z.infer<typeof measurement>;
export type Tuning = z.infer<typeof tuningSchema>;

/** What ONNX Runtime does when it is told nothing. */
const DEFAULTS: Threading = { threads: 0, spinning: true };
const ROUNDS = 7;
/** A faster choice must be this much faster than one with fewer threads, which leaves more to the other processes. */
const WORTHWHILE = 0.95;

/**
 * The threads that are fastest for this machine, model set and number of workers, measured on a B-scan of the canonical
 * grid: 1, 2, 4 … up to the cores that fall to one worker, and ONNX Runtime's own choice. About a second for each.
 */
export async function measureTuning(
  modelSet: ModelSet,
  workers: number,
  onRound: (done: number, of: number) => void = () => undefined,
): Promise<Tuning> {
  const share = Math.max(1, Math.floor(availableParallelism() / Math.max(1, workers)));
  const counts = [share];
  for (let threads = 1; threads < share; threads *= 2) counts.push(threads);
  const choices = [
    ...counts.sort((a, b) => a - b).map((threads) => ({ threads, spinning: false })),
    ...(workers <= 1 ? [DEFAULTS] : []),
  ];
  const networks: Network[] = [];
  for (const choice of choices) networks.push(await openSegmentation(modelSet, 'cpu', choice));
  const times = choices.map((): number[] => []);
  const { rows } = modelSet.manifest.canonicalGrid;
  const input = Float32Array.from({ length: 3 * rows * rows }, (_, i) => ((i * 31) % 97) / 97);
  // In turns, so that what else the machine does meets all of them; the first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, network] of networks.entries()) {
      const began = performance.now();
      await network.run(input, [1, 3, rows, rows]);
      if (round > 0) times[index]!.push(performance.now() - began);
    }
    onRound(round, ROUNDS);
  }
  for (const network of networks) await network.release();
  const measured = choices.map(({ threads, spinning = false }, index) => ({
    threads,
    spinning,
    millisecondsPerBscan: median(times[index]!),
  }));
  return { validFor: validFor(modelSet, workers), measured, chosen: choose(measured) };
}

/** The first that no later one beats worthwhile; the list goes from few threads to many. */
export function choose(measured: readonly Measurement[]): Measurement {
  return measured.reduce((best, one) =>
    one.millisecondsPerBscan < best.millisecondsPerBscan * WORTHWHILE ? one : best,
  );
}

/** What was measured before on this machine and still holds. */
export function keptTuning(path: string, modelSet: ModelSet, workers: number): Tuning | undefined {
  try {
    const tuning = tuningSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    return tuning.validFor === validFor(modelSet, workers) ? tuning : undefined;
  } catch {
    // None yet, or damaged: measured anew.
    return undefined;
  }
}

export function keepTuning(path: string, tuning: Tuning): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(tuning, undefined, 2)}\n`);
  renameSync(unfinished, path);
}

function validFor(modelSet: ModelSet, workers: number): string {
  const processor = cpus()[0]?.model ?? 'unknown processor';
  const ours = `${modelSet.digest.slice(0, 16)}, ${workers} workers`;
  return `${processor} × ${availableParallelism()}, ONNX Runtime ${env.versions.common}, ${ours}`;
}
