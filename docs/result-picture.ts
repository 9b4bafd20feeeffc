/** `npx tsx docs/result-picture.ts`: a B-scan of the demo and its tissue map into `docs/images/result.png`, for the README. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { pictureOfScan } from '../fixtures/demo/tissue-picture.js';
import { writeOptFiles } from '../fixtures/opt/write-files.js';
import { loadModelSet } from '../src/inference/model-set.js';
import { closeNetworks, openNetworks } from '../src/inference/sessions.js';

const MODELS = fileURLToPath(new URL('../models', import.meta.url));

const [scan] = writeOptFiles(join(tmpdir(), 'octriage-result-picture'), [
  {
    dress: 'heidelberg-spectralis',
    size: 'full',
    phantom: { seed: 21, laterality: 'R', pathologies: ['macular-oedema'] },
  },
]);
const networks = await openNetworks(loadModelSet(MODELS), { providers: ['cpu'], threads: 1 });
writeFileSync(
  new URL('images/result.png', import.meta.url),
  await pictureOfScan(scan!.path, networks),
);
await closeNetworks(networks);
