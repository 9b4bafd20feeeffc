/**
 * Dice of the fluid that the shipped networks find on the real B-scans of Duke DME (Chiu et al. 2015), which are not
 * part of this project. Only a report: nothing is trained on them and no threshold is chosen by them.
 *
 *   node --import tsx models/training/evaluate-duke.ts FOLDER
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';

import { infer } from '../../src/inference/infer.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import { openNetworks } from '../../src/inference/sessions.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import { TISSUES } from '../../src/values/tissue.js';

const folder = process.argv[2] ?? '.';
const FLUIDS: readonly string[] = ['intraretinal-fluid', 'subretinal-fluid', 'serous-ped'];
/** White that eye tracking left at an edge, as volume/ removes it: runs of 255 at the border of a column. */
const WEDGE = 255;

const networks = await openNetworks(loadModelSet(fileURLToPath(new URL('..', import.meta.url))), {
  providers: ['cpu'],
  threads: 1,
});
const rows = readFileSync(join(folder, 'index.csv'), 'utf8').trim().split('\n').slice(1);
const total = { both: 0, truth: 0, found: 0 };
const perSubject = new Map<string, typeof total>();
for (const row of rows) {
  const [file = '', subject = ''] = row.split(',');
  const image = grey(join(folder, 'images', file));
  const mask = grey(join(folder, 'masks_fluid', file));
  removeWedges(image);
  const { tissueMap } = await infer(asVolume(image), networks);
  const sums = perSubject.get(subject) ?? { both: 0, truth: 0, found: 0 };
  perSubject.set(subject, sums);
  for (let i = 0; i < tissueMap.length; i++) {
    const truth = mask.values[i]! > 127;
    const found = FLUIDS.includes(TISSUES[tissueMap[i]!]!.name);
    for (const sum of [total, sums]) {
      sum.truth += Number(truth);
      sum.found += Number(found);
      sum.both += Number(truth && found);
    }
  }
}
const dice = ({ both, truth, found }: typeof total) =>
  Math.round((2000 * both) / Math.max(1, truth + found)) / 1000;
const report = {
  bscans: rows.length,
  pooledFluidDice: dice(total),
  perSubject: Object.fromEntries([...perSubject].map(([subject, sums]) => [subject, dice(sums)])),
  foundOverTrue: Math.round((100 * total.found) / total.truth) / 100,
};
writeFileSync(new URL('work/evaluation-duke.json', import.meta.url), JSON.stringify(report));
console.error(JSON.stringify(report));

interface Grey {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array;
}

function grey(path: string): Grey {
  const { width, height, data } = PNG.sync.read(readFileSync(path));
  return {
    width,
    height,
    values: Uint8Array.from({ length: width * height }, (_, i) => data[i * 4]!),
  };
}

function removeWedges({ width, height, values }: Grey): void {
  for (let column = 0; column < width; column++) {
    for (const [start, step] of [
      [0, 1],
      [height - 1, -1],
    ] as const) {
      for (let row = start; values[row * width + column] === WEDGE; row += step) {
        values[row * width + column] = 0;
      }
    }
  }
}

/** One B-scan alone: its neighbours are not annotated, and those of three of the four eyes are not here. */
function asVolume({ width, height, values }: Grey): OctVolume {
  return {
    frames: 1,
    rows: height,
    columns: width,
    voxels: values,
    spacing: { frame: 0.12, axial: 0.00387, lateral: 0.0115 },
    laterality: 'R',
    frameNumbers: [1],
    profile: { id: 'heidelberg-spectralis', because: 'nominal geometry', evidence: 'none' },
    steps: [],
  };
}
