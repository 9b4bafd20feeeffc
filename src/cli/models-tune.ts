import { loadModelSet } from '../inference/model-set.js';
import { keepTuning, measureTuning } from '../inference/tuning.js';
import { modelsFolder } from '../models-folder.js';
import { tuningFile } from '../worker-joint.js';
import { EXIT_CODES, print, type ExitCode } from './commands.js';
import { settingsOfThisMachine } from './environment.js';

/** `octriage models tune`: measures how many threads are fastest here, and keeps the answer for the workers. */
export async function tuneModels(): Promise<ExitCode> {
  const settings = settingsOfThisMachine();
  const modelSet = loadModelSet(modelsFolder(settings));
  const tuning = await measureTuning(modelSet, settings.workers);
  for (const { threads, spinning, millisecondsPerBscan } of tuning.measured) {
    const name = threads === 0 ? 'as ONNX Runtime chooses' : `${threads} threads`;
    const how = spinning ? ', spinning' : '';
    print(`${name}${how}: ${millisecondsPerBscan.toFixed(1)} ms for a B-scan and a network`);
  }
  const path = tuningFile(settings);
  keepTuning(path, tuning);
  const { threads } = tuning.chosen;
  print(`Chosen: ${threads === 0 ? 'as ONNX Runtime chooses' : threads}; kept in ${path}`);
  print(
    settings.inferenceThreads === 0
      ? 'Workers take it at their next start.'
      : `Not used: OCTRIAGE_INFERENCE_THREADS is ${settings.inferenceThreads}; set it to auto.`,
  );
  return EXIT_CODES.done;
}
