import { expect } from 'chai';

import { EnFaceGrid } from '../../fixtures/phantom/en-face-grid.js';
import { healthyEye } from '../../fixtures/phantom/eye.js';
import { makeTruth } from '../../fixtures/phantom/phantom.js';
import { Random } from '../../fixtures/phantom/random.js';
import type { ResultInput } from '../../src/results/result-input.js';
import { statedThickness } from '../../src/results/sr/read-thickness.js';
import { reportDataSet } from '../../src/results/sr/build.js';
import { etdrsGrid } from '../../src/results/thickness/etdrs-grid.js';
import { retinalThicknessOf } from '../../src/results/thickness/thickness-map.js';
import { tissueIndex } from '../../src/values/tissue.js';
import type { Laterality } from '../../src/values/laterality.js';
import { small } from '../phantom/specifications.js';
import { resultInput } from '../support/result-input.js';

const AXIAL_UM = 10;
const ROWS = 60;
const SPACING = { frame: 0.12, axial: AXIAL_UM / 1000, lateral: 0.06 };
const TOP = 10;

type Shape = Pick<NonNullable<ResultInput['volume']>, 'frames' | 'columns' | 'rows' | 'spacing'>;

function inputOf(shape: Shape, tissueMap: Uint8Array, laterality: Laterality = 'R'): ResultInput {
  const input = resultInput();
  return {
    ...input,
    volume: {
      ...input.volume!,
      ...shape,
      laterality,
      frameNumbers: Array.from({ length: shape.frames }, (_, i) => shape.frames - i),
    },
    findings: { ...input.findings!, tissueMap },
  };
}

/** A retina whose thickness in rows is a function of the place, mm to the right and towards superior of the middle. */
function eye(
  rowsAt: (x: number, y: number) => number,
  laterality: Laterality,
  field = { frames: 61, columns: 121 },
): ResultInput {
  const { frames, columns } = field;
  const map = new Uint8Array(frames * ROWS * columns);
  for (let frame = 0; frame < frames; frame++) {
    for (let column = 0; column < columns; column++) {
      const x = (column - (columns - 1) / 2) * SPACING.lateral;
      const y = (frame - (frames - 1) / 2) * SPACING.frame;
      const below = TOP + rowsAt(x, y);
      for (let row = TOP; row < ROWS; row++) {
        map[(frame * ROWS + row) * columns + column] = tissueIndex(
          row < below - 1
            ? 'neurosensory-retina'
            : row < below
              ? 'retinal-pigment-epithelium'
              : 'choroid',
        );
      }
    }
  }
  return inputOf({ frames, columns, rows: ROWS, spacing: SPACING }, map, laterality);
}

/** Another thickness in each direction, no pit. */
const tilted = (x: number, y: number): number =>
  Math.abs(y) >= Math.abs(x) ? (y > 0 ? 30 : 20) : x > 0 ? 40 : 25;

function byName(input: ResultInput): Record<string, number | undefined> {
  return Object.fromEntries(
    etdrsGrid(input)!.subfields.map(({ ring, quadrant, um }) => [
      quadrant === undefined ? ring : `${ring} ${quadrant}`,
      um,
    ]),
  );
}

describe('thickness in the ETDRS grid', () => {
  const cases = { R: ['nasal', 'temporal'], L: ['temporal', 'nasal'] } as const;
  for (const [laterality, [right, left]] of Object.entries(cases)) {
    it(`knows nasal from temporal and superior from inferior: ${laterality}`, () => {
      const found = byName(eye(tilted, laterality as Laterality));
      for (const ring of ['inner', 'outer']) {
        expect(found[`${ring} superior`]).to.be.closeTo(300, 1e-3);
        expect(found[`${ring} inferior`]).to.be.closeTo(200, 1e-3);
        expect(found[`${ring} ${right}`]).to.be.closeTo(400, 1e-3);
        expect(found[`${ring} ${left}`]).to.be.closeTo(250, 1e-3);
      }
    });
  }

  it('gives the volume of a disc of 6 mm, within the rows’ rounding', () => {
    const { totalVolumeMm3, centrePointUm } = etdrsGrid(eye(() => 30, 'R'))!;
    expect(centrePointUm).to.be.closeTo(300, 1e-3);
    expect(totalVolumeMm3).to.be.closeTo(Math.PI * 9 * 0.3, 1e-3);
  });

  it('lays its centre on the foveal pit', () => {
    const pit = (x: number, y: number) =>
      32 - 14 * Math.exp(-((x - 0.6) ** 2 + (y + 0.36) ** 2) / 0.2);
    const { centre } = etdrsGrid(eye((x, y) => Math.round(pit(x, y)), 'R'))!;
    expect(centre.by).to.equal('fovea');
    expect((centre.column - 60) * SPACING.lateral).to.be.closeTo(0.6, 0.1);
    expect((centre.frame - 30) * SPACING.frame).to.be.closeTo(-0.36, 0.13);
  });

  it('takes the centre of the scan where there is no pit, and says so', () => {
    const { centre } = etdrsGrid(eye(tilted, 'R'))!;
    expect(centre).to.deep.equal({ frame: 30, column: 60, by: 'scan centre' });
    const bulge = etdrsGrid(eye((x, y) => (Math.hypot(x, y) < 1 ? 40 : 30), 'L'))!;
    expect(bulge.centre.by).to.equal('scan centre');
  });

  it('leaves out what the scan does not reach', () => {
    const narrow = etdrsGrid(eye(tilted, 'R', { frames: 31, columns: 121 }))!;
    const missing = narrow.subfields.filter(({ um }) => um === undefined);
    expect(missing.map(({ ring, quadrant }) => `${ring} ${String(quadrant)}`)).to.include.members([
      'outer superior',
      'outer inferior',
    ]);
    expect(
      narrow.subfields.filter(({ ring }) => ring !== 'outer').every(({ um }) => um! > 0),
    ).to.equal(true);
    expect(narrow.totalVolumeMm3).to.equal(undefined);
  });

  for (const laterality of ['R', 'L'] as const) {
    it(`is read back from the report as it was measured: ${laterality}`, () => {
      const pit = (x: number, y: number) =>
        32 - 14 * Math.exp(-((x - 0.6) ** 2 + (y + 0.36) ** 2) / 0.2);
      const input = eye((x, y) => Math.round(pit(x, y)), laterality, { frames: 41, columns: 121 });
      const measured = etdrsGrid(input)!;
      const stated = statedThickness(reportDataSet(input))!;
      expect(stated.centre.by).to.equal('fovea');
      const right = stated.centre.nasal * (laterality === 'R' ? 1 : -1);
      expect(right).to.be.closeTo((measured.centre.column - 60) * SPACING.lateral, 0.006);
      expect(stated.centre.superior).to.be.closeTo(
        (measured.centre.frame - 20) * SPACING.frame,
        0.006,
      );
      stated.subfields.forEach(({ um = 0 }, index) => {
        // A DS has 16 characters (PS3.5 6.2).
        expect(um).to.be.closeTo(measured.subfields[index]!.um ?? 0, 1e-9);
      });
      expect(stated.subfields.some(({ um }) => um === undefined)).to.equal(true);
      const nothing = { ...input, findings: undefined };
      expect(statedThickness(reportDataSet(nothing))).to.equal(undefined);
    });
  }

  it('a map made from one B-scan after the other is the map of the report', () => {
    const input = eye(tilted, 'L');
    const volume = input.volume!;
    const size = volume.rows * volume.columns;
    const whole = etdrsGrid(input)!.map.um;
    for (let frame = 0; frame < volume.frames; frame += 10) {
      const one = retinalThicknessOf(
        input.findings!.tissueMap.subarray(frame * size, (frame + 1) * size),
        { ...volume, frames: 1, frameNumbers: [1] },
      )!;
      const part = whole.subarray(frame * volume.columns, (frame + 1) * volume.columns);
      expect([...one.um]).to.deep.equal([...part]);
    }
  });

  it('is not there without surfaces', () => {
    const input = eye(tilted, 'R');
    const tissueMap = new Uint8Array(input.findings!.tissueMap.length);
    expect(etdrsGrid({ ...input, findings: { ...input.findings!, tissueMap } })).to.equal(
      undefined,
    );
  });

  for (const laterality of ['R', 'L'] as const) {
    it(`finds the fovea of a phantom within 0.2 mm: ${laterality}`, () => {
      const specification = small({
        seed: 12,
        laterality,
        pathologies: [],
        frames: 49,
        rows: 256,
        columns: 128,
      });
      const truth = makeTruth(specification);
      const grid = new EnFaceGrid(
        truth.frames,
        truth.columns,
        truth.spacing.lateral * truth.columns * 1000,
        truth.spacing.frame * truth.frames * 1000,
      );
      const { fovea } = healthyEye(new Random(12, 'anatomy'), grid, laterality, {
        decentrationUm: 250,
        disc: false,
      });
      const { centre } = etdrsGrid(inputOf(truth, truth.tissueMap, laterality))!;
      expect(centre.by).to.equal('fovea');
      const x = (centre.column - (truth.columns - 1) / 2) * truth.spacing.lateral;
      const y = (centre.frame - (truth.frames - 1) / 2) * truth.spacing.frame;
      expect(Math.hypot(x - fovea.x / 1000, y - fovea.y / 1000)).to.be.below(0.2);
    });
  }
});
