import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';

import { wrapVolume } from '../fixtures/opt/opt-file.js';
import { makeTruth } from '../fixtures/phantom/phantom.js';
import { buildResults } from '../src/results/build.js';
import type { ResultInput } from '../src/results/result-input.js';
import { tissueIndex, type TissueName } from '../src/values/tissue.js';
import { python } from '../test/support/pydicom.js';
import { resultInput } from '../test/support/result-input.js';
import { temporaryFolder } from '../test/support/temporary-folder.js';
import { requireTool } from '../test/support/tools.js';
import { small } from '../test/phantom/specifications.js';

/** The same eye in rows so fine that an edge in them is its true place, to a sixteenth of a row of the scan. */
const FINER = 8;
const MATRIX = { frames: 5, rows: 256, columns: 64 } as const;
const FIRST_OF: Readonly<Record<string, readonly TissueName[]>> = {
  '280677004': ['neurosensory-retina', 'intraretinal-fluid'],
  '128297': ['retinal-pigment-epithelium'],
  '128300': ['choroid'],
};

interface Read {
  readonly surfaces: readonly {
    readonly code: string;
    readonly heights: readonly (readonly number[])[];
  }[];
}

describe('height maps against the truth of the phantom', () => {
  const path = temporaryFolder();

  for (const [laterality, pathologies] of [
    ['R', []],
    ['L', ['cnv', 'macular-oedema', 'epiretinal-membrane']],
  ] as const) {
    it(`pydicom finds every surface within half a row: ${laterality}, ${pathologies.join(', ') || 'healthy'}`, function () {
      requireTool(this, 'python3-pydicom');
      const eye = { ...MATRIX, laterality, pathologies: [...pathologies] };
      const truth = makeTruth(small(eye));
      const fine = makeTruth(small({ ...eye, rows: MATRIX.rows * FINER }));
      const input = inputOf(truth);
      const { objects, defects } = buildResults(input, ['height-map']);
      expect(defects).to.deep.equal([]);
      writeFileSync(path('heights.dcm'), objects.find(({ kind }) => kind === 'height-map')!.bytes);
      const program = readFileSync(new URL('read_maps.py', import.meta.url), 'utf8');
      const [found] = python(program, path('heights.dcm')) as [Read];
      expect(found.surfaces.map(({ code }) => code)).to.have.members(Object.keys(FIRST_OF));
      for (const { code, heights } of found.surfaces) {
        let compared = 0;
        for (let row = 0; row < MATRIX.frames; row++) {
          const frame = input.volume!.frameNumbers.indexOf(row + 1);
          for (let column = 0; column < MATRIX.columns; column++) {
            const height = heights[row]![column]!;
            const edge = firstRow(fine, FIRST_OF[code]!, frame, column) / FINER;
            if (height < 0 || edge < 0) continue;
            compared++;
            expect(height, `${code} ${frame} ${column}`).to.be.closeTo(edge, 0.5 + 0.5 / FINER);
          }
        }
        expect(compared, code).to.be.greaterThan(0.9 * MATRIX.frames * MATRIX.columns);
      }
    });
  }
});

function firstRow(
  { tissueMap, rows, columns }: ReturnType<typeof makeTruth>,
  tissues: readonly TissueName[],
  frame: number,
  column: number,
): number {
  const labels = new Set(tissues.map(tissueIndex));
  for (let row = 0; row < rows; row++) {
    if (labels.has(tissueMap[(frame * rows + row) * columns + column]!)) return row;
  }
  return -1;
}

/** A phantom's truth as if the networks had found it, in a Spectralis' dress whose first frame is inferior. */
function inputOf(truth: ReturnType<typeof makeTruth>): ResultInput {
  const { frames, rows, columns, spacing, laterality, tissueMap } = truth;
  const voxels = new Uint8Array(tissueMap.length);
  const file = wrapVolume(
    { frames, rows, columns, voxels, spacing, laterality },
    { dress: 'heidelberg-spectralis', uidSeed: 'heights', variations: ['reversed-frames'] },
  );
  const base = resultInput();
  return {
    ...base,
    source: file.header,
    sourceInstance: {
      ...base.sourceInstance,
      sopInstanceUid: file.uids.instance,
      seriesInstanceUid: file.uids.series,
      studyInstanceUid: file.uids.study,
    },
    volume: {
      ...base.volume!,
      frames,
      rows,
      columns,
      spacing,
      laterality,
      frameNumbers: Array.from({ length: frames }, (_, i) => file.storedFrames.indexOf(i) + 1),
    },
    findings: { ...base.findings!, tissueMap },
  };
}
