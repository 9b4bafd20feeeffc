import type { Settings } from '../config/settings-manifest.js';
import { loadModelSet } from '../inference/model-set.js';
import { keepTuning, measureTuning } from '../inference/tuning.js';
import { modelsFolder } from '../models-folder.js';
import { tuningFile } from '../joints/workers.js';
import { EXIT_CODES, print, printJson, type ExitCode } from './commands.js';
import { progressBar } from './progress.js';

/** `octriage models tune`: measures how many threads are fastest here, and keeps the answer for the workers. */
export async function tuneModels(settings: Settings, json: boolean): Promise<ExitCode> {
  const modelSet = loadModelSet(modelsFolder(settings));
  const progress = progressBar('rounds');
  const tuning = await measureTuning(modelSet, settings.workers, (done, of) => {
    progress.show(done, of);
  });
  progress.clear();
  const path = tuningFile(settings);
  keepTuning(path, tuning);
  const used = settings.inferenceThreads === 0;
  if (json) {
    printJson({ measured: tuning.measured, chosen: tuning.chosen, keptIn: path, used });
    return EXIT_CODES.done;
  }
  for (const { threads, spinning, millisecondsPerBscan } of tuning.measured) {
    const name = threads === 0 ? 'as ONNX Runtime chooses' : `${threads} threads`;
    const how = spinning ? ', spinning' : '';
    print(`${name}${how}: ${millisecondsPerBscan.toFixed(1)} ms for a B-scan and a network`);
  }
  const { threads } = tuning.chosen;
  print(`Chosen: ${threads === 0 ? 'as ONNX Runtime chooses' : threads}; kept in ${path}`);
  print(
    used
      ? 'Workers take it at their next start.'
      : `Not used: OCTRIAGE_INFERENCE_THREADS is ${settings.inferenceThreads}; set it to auto.`,
  );
  return EXIT_CODES.done;
}
