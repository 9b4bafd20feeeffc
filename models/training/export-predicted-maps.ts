/**
 * Draws whole phantom scans, lets the segmentation network label them, and writes what the product measures on its
 * labels: the classification network must know the mistakes of the network whose maps it will read.
 *
 *   node --import tsx models/training/export-predicted-maps.ts OUT FIRST_SEED CASES
 *
 * OUT-maps.npy, OUT-truth.npy as in export-maps.ts, one sample a case.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { APPEARANCES } from '../../fixtures/phantom/appearances.js';
import { drawSpecification } from '../../fixtures/phantom/draw.js';
import { writeNpy } from '../../fixtures/phantom/npy.js';
import { makePhantom } from '../../fixtures/phantom/phantom.js';
import { toCanonicalGrid, toNativeGrid } from '../../src/inference/canonical-grid.js';
import { modelContractSchema } from '../../src/inference/manifest.js';
import { labelScan } from '../../src/inference/segmentation.js';
import { openSegmentation } from './open-segmentation.js';
import { EN_FACE_CHANNELS, measureTissueMap } from '../../src/inference/thickness-maps.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import { PATHOLOGIES, REFERRAL_CLASSES } from '../../src/values/referral-class.js';

/** Fewer and smaller B-scans than a device makes: the classification network sees 24 × 128 cells anyway. */
const FRAMES = 24;
const MATRIX_SHARE = 0.5;

const contract = modelContractSchema.parse(
  JSON.parse(readFileSync(new URL('contract.json', import.meta.url), 'utf8')),
);
const [out = 'predicted', firstSeed = '1', cases = '10'] = process.argv.slice(2);
await main(out, Number(firstSeed), Number(cases));

async function main(path: string, first: number, count: number): Promise<void> {
  const { enFaceGrid } = contract;
  const network = await openSegmentation(
    fileURLToPath(new URL('../phantom-seg-0.onnx', import.meta.url)),
  );
  const size = EN_FACE_CHANNELS * enFaceGrid.frames * enFaceGrid.columns;
  const maps = new Float32Array(count * size);
  const answers = new Uint8Array(count * (1 + PATHOLOGIES.length));
  for (let i = 0; i < count; i++) {
    const seed = first + i;
    const { appearance } = drawSpecification(seed);
    const { rows, columns } = APPEARANCES[appearance];
    const phantom = makePhantom(
      drawSpecification(seed, {
        frames: FRAMES,
        rows: Math.round(rows * MATRIX_SHARE),
        columns: Math.round(columns * MATRIX_SHARE),
      }),
    );
    const volume: OctVolume = {
      ...phantom,
      frameNumbers: Array.from({ length: FRAMES }, (_, frame) => frame + 1),
      profile: { id: appearance, because: 'phantom', evidence: 'phantom-only' },
      steps: [],
    };
    const scan = toCanonicalGrid(volume, contract.canonicalGrid, contract.normalisation);
    const map = toNativeGrid(await labelScan(scan, network), scan.placement);
    maps.set(measureTissueMap(map, volume, enFaceGrid).enFace, i * size);
    answers.set(
      [
        REFERRAL_CLASSES.indexOf(phantom.referral),
        ...PATHOLOGIES.map(({ name }) => Number(phantom.pathologies.includes(name))),
      ],
      i * (1 + PATHOLOGIES.length),
    );
  }
  writeNpy(`${path}-maps.npy`, maps, [
    count,
    EN_FACE_CHANNELS,
    enFaceGrid.frames,
    enFaceGrid.columns,
  ]);
  writeNpy(`${path}-truth.npy`, answers, [count, 1 + PATHOLOGIES.length]);
}
