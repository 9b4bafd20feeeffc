/**
 * `npm run fuzz -- --inputs N --seed S`: N damaged inputs into what reads from the network. Ends with 1 at the first
 * crash, hang or growth, and prints the command that shows it again.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { FuzzRange } from './fuzz-thread.js';

const THREADS = 2;
/** An input takes less than a millisecond; one that takes so long hangs. */
const HANG_MS = 10_000;
/** R37. */
const GROWTH_LIMIT_MIB = 64;
/** Inputs after which code is compiled and heaps have their size. */
const WARM_UP = 10_000;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    from: { type: 'string', default: '0' },
  },
});
const [inputs, seed, from] = [Number(values.inputs), Number(values.seed), Number(values.from)];

/** A thread of Node 20 does not inherit tsx's hooks. */
const THREAD = new URL('fuzz-thread.ts', import.meta.url).href;
const START = `import('tsx/esm/api').then(({ register }) => { register(); return import('${THREAD}'); })`;

/** Resolves when the range is through; rejects with what went wrong and at which input. */
function runThread(range: Omit<FuzzRange, 'progress'>): Promise<void> {
  const progress = new Int32Array(new SharedArrayBuffer(4)).fill(range.from);
  const worker = new Worker(START, { eval: true, workerData: { ...range, progress } });
  return new Promise((resolve, reject) => {
    let seen = -1;
    const watch = setInterval(() => {
      const now = Atomics.load(progress, 0);
      if (now === seen) fail(`hangs for more than ${HANG_MS / 1000} s`);
      seen = now;
    }, HANG_MS);
    const fail = (what: string): void => {
      clearInterval(watch);
      void worker.terminate();
      const input = Atomics.load(progress, 0);
      const again = `npm run fuzz -- --seed ${range.seed} --from ${input} --inputs 1`;
      reject(new Error(`input ${input}: ${what}\nto see it again: ${again}`));
    };
    worker.on('message', (what: string) => {
      fail(what);
    });
    worker.on('error', (error: unknown) => {
      fail(error instanceof Error ? (error.stack ?? error.message) : 'the thread crashed');
    });
    worker.on('exit', (code) => {
      clearInterval(watch);
      if (code === 0) resolve();
      else fail(`the thread ended with ${code}`);
    });
  });
}

async function run(first: number, count: number): Promise<void> {
  const share = Math.ceil(count / THREADS);
  const ranges = Array.from({ length: Math.min(THREADS, count) }, (_, index) => ({
    seed,
    from: first + index * share,
    to: Math.min(first + (index + 1) * share, first + count),
  }));
  await Promise.all(ranges.map(runThread));
}

/** The most that this process has ever had in memory, in MiB: what an input makes us allocate and drop counts too. */
function peakMib(): number {
  return process.resourceUsage().maxRSS / 1024;
}

try {
  const started = performance.now();
  const warmUp = Math.min(WARM_UP, inputs);
  await run(from, warmUp);
  const before = peakMib();
  await run(from + warmUp, inputs - warmUp);
  const growth = peakMib() - before;
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(
    `${inputs} inputs, seed ${seed}: ${seconds.toFixed(0)} s, peak memory grew by ${growth.toFixed(0)} MiB\n`,
  );
  if (growth > GROWTH_LIMIT_MIB)
    throw new Error(`memory grew by more than ${GROWTH_LIMIT_MIB} MiB`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
