/**
 * Draws phantom scans without end or up to a number, puts them on the product's own canonical grid and writes them as
 * NumPy files, some cases a file, for a trainer that may read them while more are drawn.
 *
 *   node --import tsx models/training/draw-cases.ts KIND OUT FIRST_SEED CASES
 *
 * KIND: slabs | volumes | truths (maps only) to learn from, and to judge on: held-out | unseen-devices (volumes as these
 * devices make them) | controls (volumes that no network should read)
 *
 * OUT/SEED-bscans.npy  uint8 [cases, frames, 256, 256], intensity = value / 255 × 2.1 − 0.5
 * OUT/SEED-labels.npy  uint8 [cases, frames, 256, 256], index into TISSUES, 255 outside the scan
 * OUT/SEED-maps.npy    all but slabs: float32 [cases, 19, 24, 128], what the product measures on the true tissue map
 * OUT/SEED-cases.json  what each case is; written last, so a file with it is whole
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { writeNpy } from '../../fixtures/phantom/npy.js';
import {
  labelsToCanonicalGrid,
  OUTSIDE_SCAN,
  toCanonicalGrid,
  toNativeGrid,
} from '../../src/inference/canonical-grid.js';
import type { CanonicalScan } from '../../src/inference/canonical-grid.js';
import { modelContractSchema } from '../../src/inference/manifest.js';
import { scanStatistics } from '../../src/inference/scan-statistics.js';
import { EN_FACE_CHANNELS, measureTissueMap } from '../../src/inference/thickness-maps.js';
import { PATHOLOGIES, REFERRAL_CLASSES } from '../../src/values/referral-class.js';
import { asBytes, COLUMNS, middleColumns, zeroIntensity } from './canonical-case.js';
import { CONTROLS, spoil } from './controls.js';
import {
  drawSlab,
  drawTruth,
  drawVolume,
  SLAB_FRAMES,
  TRAINING_DEVICES,
  UNSEEN_DEVICES,
} from './phantom-cases.js';
import type { PhantomCase } from './phantom-cases.js';

const KINDS = ['slabs', 'volumes', 'held-out', 'unseen-devices', 'controls', 'truths'] as const;
type Kind = (typeof KINDS)[number];
/** Cases of one file: few files, and soon there. */
const CASES_A_FILE = {
  slabs: 8,
  truths: 32,
  volumes: 1,
  'held-out': 1,
  'unseen-devices': 1,
  controls: 1,
} as const;
const contractFile = process.env['OCTRIAGE_CONTRACT'] ?? new URL('contract.json', import.meta.url);
const contract = modelContractSchema.parse(JSON.parse(readFileSync(contractFile, 'utf8')));
const [kind = '', out = '', firstSeed = '', cases = ''] = process.argv.slice(2);
if (!(KINDS as readonly string[]).includes(kind) || cases === '') {
  throw new RangeError(
    `Give ${KINDS.join(' | ')}, a folder, the first seed and a number of cases.`,
  );
}
main(kind as Kind, out, Number(firstSeed), Number(cases));

function main(what: Kind, folder: string, first: number, count: number): void {
  mkdirSync(folder, { recursive: true });
  const perFile = CASES_A_FILE[what];
  for (let done = 0; done < count; done += perFile) {
    const seeds = Array.from(
      { length: Math.min(perFile, count - done) },
      (_, i) => first + done + i,
    );
    const path = join(folder, String(first + done));
    const described = what === 'truths' ? writeTruths(path, seeds) : writeScans(path, what, seeds);
    writeFileSync(`${path}-cases.json.part`, JSON.stringify(described));
    renameSync(`${path}-cases.json.part`, `${path}-cases.json`);
  }
}

function writeTruths(path: string, seeds: readonly number[]): readonly object[] {
  const drawn = seeds.map((seed) => drawTruth(seed));
  writeMaps(
    path,
    drawn.map((truth) => measureTissueMap(truth.tissueMap, truth, contract.enFaceGrid).enFace),
  );
  return drawn.map((truth, i) => ({ seed: seeds[i], ...answer(truth) }));
}

function writeMaps(path: string, maps: readonly Float32Array[]): void {
  const { frames, columns } = contract.enFaceGrid;
  const size = EN_FACE_CHANNELS * frames * columns;
  const all = new Float32Array(maps.length * size);
  maps.forEach((map, i) => all.set(map, i * size));
  writeNpy(`${path}-maps.npy`, all, [maps.length, EN_FACE_CHANNELS, frames, columns]);
}

function answer({ referral, pathologies }: Pick<PhantomCase, 'referral' | 'pathologies'>): object {
  return {
    referral: REFERRAL_CLASSES.indexOf(referral),
    pathologies: PATHOLOGIES.map(({ name }) => Number(pathologies.includes(name))),
  };
}

function writeScans(
  path: string,
  what: Exclude<Kind, 'truths'>,
  seeds: readonly number[],
): readonly object[] {
  const drawn = seeds.map((seed) => draw(what, seed));
  const scans = drawn.map(({ volume }) =>
    toCanonicalGrid(volume, contract.canonicalGrid, contract.normalisation),
  );
  const { clip } = contract.normalisation;
  const frames = drawn[0]!.volume.frames;
  const size = frames * contract.canonicalGrid.rows * COLUMNS;
  const bscans = new Uint8Array(seeds.length * size);
  const labels = new Uint8Array(seeds.length * size);
  const maps: Float32Array[] = [];
  drawn.forEach((one, i) => {
    const scan = scans[i]!;
    bscans.set(middleColumns(asBytes(scan, clip), scan, zeroIntensity(clip)), i * size);
    const truth = labelsToCanonicalGrid(one.tissueMap, scan.placement);
    labels.set(middleColumns(truth, scan, OUTSIDE_SCAN), i * size);
    if (what !== 'slabs') {
      maps.push(measureTissueMap(one.tissueMap, one.volume, contract.enFaceGrid).enFace);
    }
  });
  const shape = [seeds.length, frames, contract.canonicalGrid.rows, COLUMNS];
  writeNpy(`${path}-bscans.npy`, bscans, shape);
  writeNpy(`${path}-labels.npy`, labels, shape);
  if (maps.length > 0) writeMaps(path, maps);
  return drawn.map((one, i) => describe(what, one, scans[i]!, seeds[i]!));
}

function draw(what: Kind, seed: number): PhantomCase {
  if (what === 'slabs') return drawSlab(seed, contract.canonicalGrid, TRAINING_DEVICES);
  const devices = what === 'unseen-devices' ? UNSEEN_DEVICES : TRAINING_DEVICES;
  const drawn = drawVolume(seed, devices, what === 'volumes');
  if (what !== 'controls') return drawn;
  const control = CONTROLS[seed % CONTROLS.length]!;
  return { ...drawn, volume: spoil(drawn.volume, control, seed) };
}

function describe(what: Kind, drawn: PhantomCase, scan: CanonicalScan, seed: number): object {
  const { appearance, volume } = drawn;
  return {
    seed,
    appearance,
    ...(what === 'controls' && { control: CONTROLS[seed % CONTROLS.length] }),
    frameUm: volume.spacing.frame * 1000,
    neighbourStride: volume.frames === SLAB_FRAMES ? 1 : scan.placement.neighbourStride,
    ...answer(drawn),
    ...(what !== 'slabs' && {
      statistics: [...scanStatistics(scan)],
      axialUm: volume.spacing.axial * 1000,
      rowCounts: rowCounts(scan),
    }),
  };
}

/** For each canonical row how many of the scan's own rows are labelled as it is. */
function rowCounts({ placement }: CanonicalScan): number[] {
  const { rows, native } = placement;
  const oneColumn = {
    ...placement,
    frames: 1,
    columns: 1,
    native: { rows: native.rows, columns: 1 },
  };
  const rowOfEach = toNativeGrid(
    Uint8Array.from({ length: rows }, (_, row) => row),
    { ...oneColumn, columnOrigin: 0, columnScale: 1 },
  );
  const counts = new Array<number>(rows).fill(0);
  for (const row of rowOfEach) counts[row]!++;
  return counts;
}
