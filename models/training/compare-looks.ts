/**
 * Draws phantoms beside real B-scans, for the eye alone: nothing is measured, nothing fitted.
 *
 *   node --import tsx models/training/compare-looks.ts OUT.png [REAL_FOLDER]
 *
 * Four columns: real B-scans (PNG, the first of REAL_FOLDER by name; grey if there is none), phantoms in the Spectralis'
 * dress, training slabs near a device, training slabs far from any. Rows of the phantoms: macular oedema, CNV, drusen,
 * epiretinal membrane, macular hole, CSR. Do not publish a figure with scans whose licence does not allow it: Duke DME's
 * does not, Kermany's (CC BY 4.0, to be converted to PNG) does with attribution.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';

import { PreparedPhantom } from '../../fixtures/phantom/phantom.js';
import { renderSlab } from '../../fixtures/phantom/training-slab.js';
import type { PathologyName } from '../../src/values/referral-class.js';

interface Picture {
  readonly rows: number;
  readonly columns: number;
  readonly voxels: Uint8Array;
}

const CELL = { width: 480, height: 310 } as const;
const SHOWN: readonly PathologyName[] = [
  'macular-oedema',
  'cnv',
  'drusen',
  'epiretinal-membrane',
  'full-thickness-macular-hole',
  'central-serous-retinopathy',
];
const STRIP = { frames: 1, stepUm: 120, middleUm: 0 } as const;

const [out = 'looks.png', folder] = process.argv.slice(2);
const real = folder === undefined ? [] : readReal(folder, SHOWN.length);
const figure = new PNG({ width: 4 * CELL.width, height: SHOWN.length * CELL.height });
figure.data.fill(128);
SHOWN.forEach((pathology, row) => {
  const eye = { appearance: 'spectralis', laterality: 'R', pathologies: [pathology] } as const;
  const dressed = new PreparedPhantom({ ...eye, seed: 100 + row });
  paint(row, 0, real[row]);
  paint(row, 1, { ...matrixOf(dressed), voxels: dressed.scan(dressed.frames >> 1).voxels });
  paint(row, 2, renderSlab({ ...eye, seed: 200 + row, training: 'near', strip: STRIP }));
  paint(row, 3, renderSlab({ ...eye, seed: 300 + row, training: 'far', strip: STRIP }));
});
writeFileSync(out, PNG.sync.write(figure));

function matrixOf({ rows, columns }: Omit<Picture, 'voxels'>): Omit<Picture, 'voxels'> {
  return { rows, columns };
}

/** Evenly spread over the folder, so that more than the first patient is seen. */
function readReal(path: string, count: number): Picture[] {
  const files = readdirSync(path)
    .filter((name) => name.endsWith('.png'))
    .sort();
  return Array.from({ length: Math.min(count, files.length) }, (_, i) => {
    const file = files[Math.floor(((i + 0.5) * files.length) / count)] ?? '';
    const { width, height, data } = PNG.sync.read(readFileSync(join(path, file)));
    const voxels = Uint8Array.from({ length: width * height }, (_, at) => data[at * 4]!);
    return { rows: height, columns: width, voxels };
  });
}

function paint(row: number, column: number, picture: Picture | undefined): void {
  if (!picture) return;
  for (let y = 0; y < CELL.height; y++) {
    const from = Math.floor((y * picture.rows) / CELL.height) * picture.columns;
    for (let x = 0; x < CELL.width; x++) {
      const grey = picture.voxels[from + Math.floor((x * picture.columns) / CELL.width)]!;
      const at = (row * CELL.height + y) * figure.width + column * CELL.width + x;
      figure.data.set([grey, grey, grey, 255], at * 4);
    }
  }
}
