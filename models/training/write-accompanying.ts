/**
 * Puts the cost matrices and figures that lie in a model folder into its manifest, with their SHA-256; then
 * `write-golden-scan.ts` must run, because the manifest names the set.
 *
 *   node --import tsx models/training/write-accompanying.ts [MODEL FOLDER]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { modelManifestSchema } from '../../src/inference/manifest.js';
import { accompanyingFiles } from './accompanying-files.js';

const folder = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const path = join(folder, 'manifest.json');
const manifest = modelManifestSchema.parse({
  ...(JSON.parse(readFileSync(path, 'utf8')) as object),
  ...accompanyingFiles(folder),
});
writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
