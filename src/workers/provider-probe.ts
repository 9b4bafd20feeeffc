import { EXECUTION_PROVIDERS } from '../config/setting-kinds.js';
import { loadModelSet } from '../inference/model-set.js';
import { openSegmentation } from '../inference/sessions.js';

/**
 * A process of its own for one question: does this execution provider run a network here? Opening a session proves
 * little, so one B-scan is read. Answers in one JSON line; a provider that crashes ends this process alone.
 */
const [folder = '', name] = process.argv.slice(2);
const provider = EXECUTION_PROVIDERS.find((one) => one === name);
if (provider === undefined) throw new Error(`no execution provider '${name ?? ''}'`);
try {
  const modelSet = loadModelSet(folder);
  const network = await openSegmentation(modelSet, provider, { threads: 1 });
  const { rows } = modelSet.manifest.canonicalGrid;
  const input = new Float32Array(3 * rows * rows);
  await network.run(input, [1, 3, rows, rows]);
  const began = performance.now();
  await network.run(input, [1, 3, rows, rows]);
  answer({ works: true, milliseconds: performance.now() - began });
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  answer({ works: false, reason: reason.split('\n')[0] ?? '' });
}

function answer(found: object): void {
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
