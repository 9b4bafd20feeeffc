/**
 * Writes `golden-scan.json` beside the manifest: a small phantom, and what this model set answers for it on a CPU. Run
 * it whenever the manifest changes: `npx tsx models/training/write-golden-scan.ts [MODEL FOLDER]`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { makePhantom } from '../../fixtures/phantom/phantom.js';
import { GOLDEN_SCAN_FILE, goldenVolume, meanReferral } from '../../src/inference/golden-scan.js';
import { infer } from '../../src/inference/infer.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import { openNetworks } from '../../src/inference/sessions.js';

const folder = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const modelSet = loadModelSet(folder);
if (modelSet.dropped.length > 0) throw new Error('the model set is not whole');
const networks = await openNetworks(modelSet, { providers: ['cpu'], threads: 1 });
const { frames, rows, columns, spacing, voxels } = makePhantom({
  seed: 20180813,
  appearance: 'spectralis',
  laterality: 'R',
  pathologies: ['cnv'],
  frames: 5,
  rows: 248,
  columns: 256,
});
const scan = { frames, rows, columns, spacing, voxels };
const volume = goldenVolume({
  ...scan,
  schemaVersion: 1,
  modelSetDigest: modelSet.digest,
  voxels: Buffer.from(voxels),
  tissueMap: Buffer.alloc(0),
  referral: [],
});
const { tissueMap, referral } = await infer(volume, networks);
const packed = (bytes: Uint8Array) => gzipSync(bytes, { level: 9 }).toString('base64');
writeFileSync(
  join(folder, GOLDEN_SCAN_FILE),
  `${JSON.stringify({
    schemaVersion: 1,
    modelSetDigest: modelSet.digest,
    ...scan,
    voxels: packed(voxels),
    tissueMap: packed(tissueMap),
    referral: meanReferral(referral),
  })}\n`,
);
