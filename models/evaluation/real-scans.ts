import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';

import { DUKE_SPACING } from '../../fixtures/opt/png-volume.js';
import { readVol } from '../../fixtures/opt/vol-volume.js';
import {
  evaluateScan,
  type EvaluatedScans,
  type EvaluationRoom,
} from '../../src/rereading/evaluate-scans.js';
import type { EvaluatedScan } from '../../src/evaluation/evaluated-scan.js';
import { TRUTH_LABELS, type ScanTruth } from '../../src/evaluation/truth.js';
import { NOT_FOUND } from '../../src/results/height-map/surfaces.js';
import type { OctVolume, VoxelSpacing } from '../../src/values/oct-volume.js';

interface RealScan {
  readonly name: string;
  readonly volume: OctVolume;
  readonly truth: ScanTruth;
}

/** B-scans of which each is a volume of its own: none of them has its neighbours annotated or here. */
export async function evaluateReal(
  title: string,
  all: Iterable<RealScan>,
  room: EvaluationRoom,
): Promise<{ title: string; evaluated: EvaluatedScans }> {
  const scans: EvaluatedScan[] = [];
  for (const { name, volume, truth } of all) {
    const { scan } = await evaluateScan(
      name,
      { volume },
      () => Promise.resolve(truth),
      room,
      false,
    );
    scans.push(scan);
    console.error(name);
  }
  const evaluated = { scans, pictures: new Map(), withoutTruth: [], notEvaluated: [] };
  return { title, evaluated };
}

/** Duke DME (Chiu et al. 2015): masks of fluid of any kind. */
export function* dukeScans(folder: string): Iterable<RealScan> {
  const lines = readFileSync(join(folder, 'index.csv'), 'utf8').trim().split('\n').slice(1);
  for (const line of lines) {
    const [file = '', subject = ''] = line.split(',');
    const image = grey(join(folder, 'images', file));
    removeWedges(image);
    const mask = grey(join(folder, 'masks_fluid', file));
    const labels = mask.values.map((value) =>
      value > 127 ? TRUTH_LABELS.anyFluid : TRUTH_LABELS.other,
    );
    yield {
      name: file,
      volume: bscan(image, DUKE_SPACING, `Spectralis, Duke subject ${subject}`),
      truth: { segmentation: { classes: ['fluid'], labels } },
    };
  }
}

/** Where a B-scan of a .vol file says how many layer lines it has and where they lie (HSF-OCT-103). */
const VOL = { columns: 12, sloColumns: 48, sloRows: 52, lines: 48, linesOffset: 52 } as const;
const VOL_FILE_HEADER = 2048;
/** What stands in a line where the device found nothing. */
const VOL_MISSING = 1e30;

/** Real Spectralis files: the device's own lines of the inner limiting membrane and of Bruch's membrane. */
export function* volScans(folder: string): Iterable<RealScan> {
  for (const file of readdirSync(folder).sort()) {
    if (!file.startsWith('hei_') || !file.endsWith('.vol')) continue;
    const path = join(folder, file);
    const { frames, rows, columns, voxels, spacing } = readVol(path, 'R');
    if (frames !== 1) continue;
    const bytes = readFileSync(path);
    const start =
      VOL_FILE_HEADER + bytes.readInt32LE(VOL.sloColumns) * bytes.readInt32LE(VOL.sloRows);
    const first = start + bytes.readInt32LE(start + VOL.linesOffset);
    const line = (index: number) =>
      Float32Array.from({ length: columns }, (_, column) => {
        const height = bytes.readFloatLE(first + 4 * (index * columns + column));
        return height > 0 && height < VOL_MISSING ? height : NOT_FOUND;
      });
    const image = { width: columns, height: rows, values: voxels };
    removeWedges(image);
    yield {
      name: file,
      volume: bscan(image, spacing, 'Spectralis'),
      truth: {
        surfaces: [
          { name: 'inner-limiting-membrane', heights: line(0) },
          { name: 'outer-bruch', heights: line(1) },
        ],
      },
    };
  }
}

/** A Cirrus cube of 6 × 6 × 2 mm. */
const ZEISS_SPACING: VoxelSpacing = { frame: 0.03, axial: 2 / 1024, lateral: 6 / 200 };
const OUTSIDE_RETINA = 240;
const LAST_LAYER = 210;

/** Real Cirrus B-scans of the optic disc with their layers: the upper edge of the first and the lower of the last. */
export function* zeissScans(folder: string): Iterable<RealScan> {
  for (const file of readdirSync(join(folder, 'mask')).sort()) {
    const image = grey(join(folder, 'img', file));
    const { width, height, values } = grey(join(folder, 'mask', file));
    const column = (x: number) => Array.from({ length: height }, (_, y) => values[y * width + x]!);
    const columns = Array.from({ length: width }, (_, x) => column(x));
    const inner = columns.map((layers) => layers.findIndex((layer) => layer !== OUTSIDE_RETINA));
    const outer = columns.map((layers) => {
      const last = layers.lastIndexOf(LAST_LAYER);
      return last < 0 ? NOT_FOUND : last + 1;
    });
    yield {
      name: file,
      volume: bscan(image, ZEISS_SPACING, 'Cirrus, optic disc'),
      truth: {
        surfaces: [
          { name: 'inner-limiting-membrane', heights: Float32Array.from(inner) },
          { name: 'outer-bruch', heights: Float32Array.from(outer) },
        ],
      },
    };
  }
}

interface Grey {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array;
}

function grey(path: string): Grey {
  const { width, height, data } = PNG.sync.read(readFileSync(path));
  const values = Uint8Array.from({ length: width * height }, (_, i) => data[i * 4]!);
  return { width, height, values };
}

/** White that eye tracking left at an edge, as src/volume removes it: runs of 255 at the border of a column. */
function removeWedges({ width, height, values }: Grey): void {
  for (let column = 0; column < width; column++) {
    for (const [start, step] of [
      [0, 1],
      [height - 1, -1],
    ] as const) {
      for (let row = start; values[row * width + column] === 255; row += step) {
        values[row * width + column] = 0;
      }
    }
  }
}

function bscan({ width, height, values }: Grey, spacing: VoxelSpacing, id: string): OctVolume {
  return {
    frames: 1,
    rows: height,
    columns: width,
    voxels: values,
    spacing,
    laterality: 'R',
    frameNumbers: [1],
    profile: { id, because: 'nominal geometry', evidence: 'none' },
    steps: [],
  };
}
