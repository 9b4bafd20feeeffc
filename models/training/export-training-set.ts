/**
 * Draws phantom scans, puts them on the product's own canonical grid and writes them as NumPy files for training.
 *
 *   node --import tsx models/training/export-training-set.ts OUT FIRST_SEED CASES
 *
 * OUT-bscans.npy  uint8 [cases, 5, 256, 256], intensity = value / 255 × 2.1 − 0.5
 * OUT-labels.npy  uint8 [cases, 5, 256, 256], index into TISSUES, 255 outside the scan
 * OUT-cases.json  what each case is
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { APPEARANCES } from '../../fixtures/phantom/appearances.js';
import type { AppearanceId } from '../../fixtures/phantom/appearances.js';
import { drawSpecification } from '../../fixtures/phantom/draw.js';
import { writeNpy } from '../../fixtures/phantom/npy.js';
import { PreparedPhantom } from '../../fixtures/phantom/phantom.js';
import type { PhantomSpecification } from '../../fixtures/phantom/phantom.js';
import { Random } from '../../fixtures/phantom/random.js';
import { labelsToCanonicalGrid, toCanonicalGrid } from '../../src/inference/canonical-grid.js';
import { modelContractSchema } from '../../src/inference/manifest.js';
import type { OctVolume } from '../../src/values/oct-volume.js';

/** B-scans drawn of each case: three to learn from, with a neighbour on both sides. */
const FRAMES = 5;
/** Devices that this program knows are drawn more often than the others. */
const DEVICES: readonly AppearanceId[] = [
  'spectralis',
  'spectralis',
  'spectralis',
  'topcon-3doct2000',
  'topcon-3doct2000',
  'topcon-maestro2',
  'cirrus',
  'nidek',
];
/** Distances between neighbours in µm: about what the network is given, and what sparse scans give it. */
const NEIGHBOUR_UM: readonly (readonly [number, number])[] = [
  [100, 0.75],
  [250, 0.15],
  [400, 0.1],
];
/** Shares of the device's matrix: fixtures are small. */
const MATRIX: readonly (readonly [number, number])[] = [
  [1, 0.8],
  [0.5, 0.2],
];

const contract = modelContractSchema.parse(
  JSON.parse(readFileSync(new URL('contract.json', import.meta.url), 'utf8')),
);
const [out = 'set', firstSeed = '1', cases = '10'] = process.argv.slice(2);
main(out, Number(firstSeed), Number(cases));

function main(path: string, first: number, count: number): void {
  const { rows, columnsMultipleOf } = contract.canonicalGrid;
  const columns = Math.ceil(256 / columnsMultipleOf) * columnsMultipleOf;
  const size = FRAMES * rows * columns;
  const bscans = new Uint8Array(count * size);
  const labels = new Uint8Array(count * size);
  const descriptions: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const drawn = drawCase(first + i);
    const scan = toCanonicalGrid(drawn.volume, contract.canonicalGrid, contract.normalisation);
    const [low, high] = contract.normalisation.clip;
    bscans.set(
      scan.intensities.map((value) => Math.round(((value - low) / (high - low)) * 255)),
      i * size,
    );
    labels.set(labelsToCanonicalGrid(drawn.truth, scan.placement), i * size);
    descriptions.push(drawn.description);
  }
  writeNpy(`${path}-bscans.npy`, bscans, [count, FRAMES, rows, columns]);
  writeNpy(`${path}-labels.npy`, labels, [count, FRAMES, rows, columns]);
  writeFileSync(`${path}-cases.json`, JSON.stringify(descriptions));
}

function drawCase(seed: number): { volume: OctVolume; truth: Uint8Array; description: unknown } {
  const random = new Random(seed, 'training-case');
  const specification = drawMatrix(drawSpecification(seed, { appearances: DEVICES }), random);
  const phantom = new PreparedPhantom(specification);
  const { rows, columns, spacing } = phantom;
  const stride = Math.max(1, Math.round(random.weighted(NEIGHBOUR_UM) / 1000 / spacing.frame));
  const reach = Math.min(stride * 2, Math.floor((phantom.frames - 1) / 2));
  const wanted = Math.round(phantom.frames / 2 + (random.normal() * phantom.frames) / 5);
  const middle = Math.min(phantom.frames - 1 - reach, Math.max(reach, wanted));
  const voxels = new Uint8Array(FRAMES * rows * columns);
  const truth = new Uint8Array(FRAMES * rows * columns);
  for (let k = 0; k < FRAMES; k++) {
    const { voxels: bscan, tissues } = phantom.scan(middle + Math.round(((k - 2) * reach) / 2));
    voxels.set(bscan, k * rows * columns);
    truth.set(tissues, k * rows * columns);
  }
  const volume: OctVolume = {
    frames: FRAMES,
    rows,
    columns,
    voxels,
    spacing: { ...spacing, frame: contract.canonicalGrid.neighbourUm / 1000 },
    laterality: specification.laterality,
    frameNumbers: [1, 2, 3, 4, 5],
    profile: { id: specification.appearance, because: 'phantom', evidence: 'phantom-only' },
    steps: [],
  };
  return { volume, truth, description: { ...specification, middle, stride } };
}

function drawMatrix(specification: PhantomSpecification, random: Random): PhantomSpecification {
  const share = random.weighted(MATRIX);
  if (share === 1) return specification;
  const { rows, columns } = APPEARANCES[specification.appearance];
  return {
    ...specification,
    rows: Math.round(rows * share),
    columns: Math.round(columns * share),
  };
}
