/**
 * Draws the truth of phantom scans without their pictures, and writes what the product measures on it.
 *
 *   node --import tsx models/training/export-maps.ts OUT FIRST_SEED CASES
 *
 * OUT-maps.npy   float32 [cases × 3, 19, 24, 128]: each case as it is, and twice with errors as a segmentation makes them
 * OUT-truth.npy  uint8 [cases × 3, 11]: index of the referral class, then 0 or 1 for each pathology
 */
import { readFileSync } from 'node:fs';

import { drawSpecification } from '../../fixtures/phantom/draw.js';
import { writeNpy } from '../../fixtures/phantom/npy.js';
import { makeTruth } from '../../fixtures/phantom/phantom.js';
import type { PhantomTruth } from '../../fixtures/phantom/phantom.js';
import { Random } from '../../fixtures/phantom/random.js';
import { modelContractSchema } from '../../src/inference/manifest.js';
import { EN_FACE_CHANNELS, measureTissueMap } from '../../src/inference/thickness-maps.js';
import { PATHOLOGIES, REFERRAL_CLASSES } from '../../src/values/referral-class.js';
import { tissueIndex } from '../../src/values/tissue.js';
import type { TissueName } from '../../src/values/tissue.js';

const VARIANTS = 3;
/** Coarse along the scan as the en-face grid itself; fine in depth, where thickness is measured. */
const ROWS = 256;
const COLUMNS = 128;
const FRAMES = 24;

/** What segmentation networks mistake for what, and how much of it at most. */
const CONFUSIONS: readonly (readonly [TissueName, TissueName, number])[] = [
  ['drusenoid-ped', 'fibrovascular-ped', 0.3],
  ['fibrovascular-ped', 'drusenoid-ped', 0.2],
  ['serous-ped', 'fibrovascular-ped', 0.15],
  ['subretinal-hyperreflective-material', 'fibrovascular-ped', 0.15],
  ['subretinal-hyperreflective-material', 'neurosensory-retina', 0.25],
  ['drusenoid-ped', 'choroid', 0.3],
  ['drusenoid-ped', 'retinal-pigment-epithelium', 0.25],
  ['intraretinal-fluid', 'neurosensory-retina', 0.2],
  ['subretinal-fluid', 'neurosensory-retina', 0.1],
  ['epiretinal-membrane', 'neurosensory-retina', 0.6],
  ['posterior-hyaloid', 'vitreous', 0.4],
];
/** False alarms: small blobs of this in that. */
const FALSE_ALARMS: readonly (readonly [TissueName, TissueName])[] = [
  ['intraretinal-fluid', 'neurosensory-retina'],
  ['subretinal-fluid', 'neurosensory-retina'],
  ['subretinal-hyperreflective-material', 'neurosensory-retina'],
  ['drusenoid-ped', 'retinal-pigment-epithelium'],
  ['fibrovascular-ped', 'choroid'],
  ['epiretinal-membrane', 'neurosensory-retina'],
];

const { enFaceGrid } = modelContractSchema.parse(
  JSON.parse(readFileSync(new URL('contract.json', import.meta.url), 'utf8')),
);
const [out = 'maps', firstSeed = '1', cases = '10'] = process.argv.slice(2);
main(out, Number(firstSeed), Number(cases));

function main(path: string, first: number, count: number): void {
  const size = EN_FACE_CHANNELS * enFaceGrid.frames * enFaceGrid.columns;
  const samples = count * VARIANTS;
  const maps = new Float32Array(samples * size);
  const answers = new Uint8Array(samples * (1 + PATHOLOGIES.length));
  for (let i = 0; i < count; i++) {
    const truth = makeTruth(
      drawSpecification(first + i, { frames: FRAMES, rows: ROWS, columns: COLUMNS }),
    );
    const answer = [
      REFERRAL_CLASSES.indexOf(truth.referral),
      ...PATHOLOGIES.map(({ name }) => Number(truth.pathologies.includes(name))),
    ];
    for (let variant = 0; variant < VARIANTS; variant++) {
      const sample = i * VARIANTS + variant;
      const errors = new Random(first + i, `errors ${variant}`);
      const map = variant === 0 ? truth.tissueMap : corrupted(truth, errors);
      maps.set(measureTissueMap(map, truth, enFaceGrid).enFace, sample * size);
      answers.set(answer, sample * answer.length);
    }
  }
  writeNpy(`${path}-maps.npy`, maps, [
    samples,
    EN_FACE_CHANNELS,
    enFaceGrid.frames,
    enFaceGrid.columns,
  ]);
  writeNpy(`${path}-truth.npy`, answers, [samples, 1 + PATHOLOGIES.length]);
}

/** A tissue map with the errors of a segmentation network: confused lesions, false alarms, trembling B-scans. */
function corrupted(truth: PhantomTruth, random: Random): Uint8Array {
  const { frames, rows, columns } = truth;
  const map = truth.tissueMap.slice();
  for (const [from, to, most] of CONFUSIONS) {
    if (random.chance(0.5)) confuse(map, truth, tissueIndex(from), tissueIndex(to), random, most);
  }
  for (const [tissue, within] of FALSE_ALARMS) {
    if (!random.chance(0.3)) continue;
    const blobs = random.integer(1, 6);
    for (let i = 0; i < blobs; i++)
      blob(map, truth, tissueIndex(tissue), tissueIndex(within), random);
  }
  const line = rows * columns;
  for (let frame = 0; frame < frames; frame++) {
    const shift = random.integer(-1, 2) * columns;
    const bscan = map.slice(frame * line, (frame + 1) * line);
    for (let i = 0; i < line; i++)
      map[frame * line + i] = bscan[Math.min(line - 1, Math.max(0, i + shift))]!;
  }
  return map;
}

/** Turns blocks (8 × 8 pixels of a B-scan) of one tissue into another. */
function confuse(
  map: Uint8Array,
  { frames, rows, columns }: PhantomTruth,
  from: number,
  to: number,
  random: Random,
  most: number,
): void {
  const share = random.uniform(0, most);
  const blocks = Array.from({ length: frames * Math.ceil(rows / 8) * Math.ceil(columns / 8) }, () =>
    random.chance(share),
  );
  for (let i = 0; i < map.length; i++) {
    if (map[i] !== from) continue;
    const column = i % columns;
    const row = Math.floor(i / columns) % rows;
    const frame = Math.floor(i / (columns * rows));
    const block =
      (frame * Math.ceil(rows / 8) + (row >> 3)) * Math.ceil(columns / 8) + (column >> 3);
    if (blocks[block]) map[i] = to;
  }
}

function blob(
  map: Uint8Array,
  { frames, rows, columns }: PhantomTruth,
  tissue: number,
  within: number,
  random: Random,
): void {
  const frame = random.integer(0, frames);
  const column = random.integer(0, columns - 4);
  const start = frame * rows * columns + column;
  let row = 0;
  while (row < rows && map[start + row * columns] !== within) row++;
  row += random.integer(0, 12);
  for (let y = row; y < Math.min(rows, row + 4); y++) {
    for (let x = 0; x < random.integer(2, 5); x++) {
      const at = start + y * columns + x;
      if (map[at] === within) map[at] = tissue;
    }
  }
}
