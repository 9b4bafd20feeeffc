/** One measurement of `bench/results.ts`: prepare, build, gate or write; prints its figures as JSON. */
import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { dataSetsOf } from '../src/results/builders.js';
import { resultObject } from '../src/results/build.js';
import type { ResultInput } from '../src/results/result-input.js';
import { SEGMENTED_TISSUES } from '../src/results/segments.js';
import { validateResults } from '../src/results/validate.js';
import { wrapVolume } from '../fixtures/opt/opt-file.js';
import { tissueIndex } from '../src/values/tissue.js';
import { resultInput } from '../test/support/result-input.js';
import { residentMegabytes, resetPeak } from './network/process-statistics.js';

const SHAPE = { frames: 128, rows: 885, columns: 512 } as const;
const SPACING = { frame: 0.047, axial: 0.0026, lateral: 0.0117 };
const [what, folder] = process.argv.slice(2) as [string, string];
const MAP = join(folder, 'tissue-map.raw');
const SEG = join(folder, 'segmentation.dcm');

/** Layers as in an eye, and each of the seven fluids and lesions as an ellipsoid somewhere in the retina. */
function tissueMap(): Uint8Array {
  const { frames, rows, columns } = SHAPE;
  const map = new Uint8Array(frames * rows * columns);
  for (let frame = 0; frame < frames; frame++) {
    for (let row = 0; row < rows; row++) {
      const layer =
        row < 380
          ? 'vitreous'
          : row < 500
            ? 'neurosensory-retina'
            : row < 512
              ? 'retinal-pigment-epithelium'
              : 'choroid';
      const at = (frame * rows + row) * columns;
      map.fill(tissueIndex(layer), at, at + columns);
    }
  }
  SEGMENTED_TISSUES.forEach((tissue, index) => {
    const [f0, r0, c0] = [20 + 14 * index, 400 + 14 * index, 60 + 60 * index];
    for (let f = Math.max(0, f0 - 30); f < Math.min(frames, f0 + 30); f++) {
      for (let r = r0 - 30; r < r0 + 30; r++) {
        for (let c = c0 - 50; c < c0 + 50; c++) {
          const inside = ((f - f0) / 30) ** 2 + ((r - r0) / 30) ** 2 + ((c - c0) / 50) ** 2 < 1;
          if (inside) map[(f * rows + r) * columns + c] = tissueIndex(tissue);
        }
      }
    }
  });
  return map;
}

function inputOf(map: Uint8Array): ResultInput {
  const input = resultInput({ dress: 'topcon-triton' });
  // Planes for every frame: the header of a volume of this size, whose pixels nobody needs.
  const { header } = wrapVolume(
    {
      ...SHAPE,
      rows: 1,
      columns: 1,
      voxels: new Uint8Array(SHAPE.frames),
      spacing: SPACING,
      laterality: 'R',
    },
    { dress: 'topcon-triton', uidSeed: 'results R' },
  );
  header.set('Rows', SHAPE.rows).set('Columns', SHAPE.columns);
  const frameNumbers = Array.from({ length: SHAPE.frames }, (_, i) => SHAPE.frames - i);
  return {
    ...input,
    source: header,
    volume: { ...input.volume!, ...SHAPE, spacing: SPACING, frameNumbers },
    findings: { ...input.findings!, tissueMap: map, volumesNl: {} },
  };
}

function measure(work: () => void): void {
  resetPeak(process.pid);
  const { now } = residentMegabytes(process.pid);
  const cpu = process.cpuUsage();
  const start = performance.now();
  work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const megabytes = residentMegabytes(process.pid).peak - now;
  process.stdout.write(`${JSON.stringify({ seconds, cpu: (user + system) / 1e6, megabytes })}\n`);
}

function objectsOf(input: ResultInput) {
  return (['segmentation', 'report'] as const).flatMap((kind) =>
    dataSetsOf(kind, input).map((dataSet) => resultObject(kind, dataSet)),
  );
}

if (what === 'prepare') {
  const map = tissueMap();
  writeFileSync(MAP, map);
  const objects = objectsOf(inputOf(map));
  const defects = validateResults(objects, inputOf(map));
  if (defects.length > 0) throw new Error(JSON.stringify(defects));
  writeFileSync(SEG, objects[0]!.bytes);
  process.stdout.write('{}\n');
} else if (what === 'write') {
  const bytes = readFileSync(SEG);
  measure(() => {
    const file = openSync(join(folder, 'copy.dcm'), 'w');
    writeSync(file, bytes);
    fsyncSync(file);
    closeSync(file);
  });
} else {
  const input = inputOf(readFileSync(MAP));
  measure(() => {
    const objects = objectsOf(input);
    if (what === 'gate' && validateResults(objects, input).length > 0) throw new Error('defects');
  });
}
