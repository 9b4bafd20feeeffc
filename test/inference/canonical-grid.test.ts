import { expect } from 'chai';
import fc from 'fast-check';

import {
  labelsToCanonicalGrid,
  placeGrid,
  toCanonicalGrid,
  toNativeGrid,
} from '../../src/inference/canonical-grid.js';
import type { VolumeGeometry } from '../../src/inference/canonical-grid.js';
import type { CanonicalGrid, IntensityNormalisation } from '../../src/inference/manifest.js';
import type { OctVolume } from '../../src/values/oct-volume.js';

const GRID: CanonicalGrid = {
  rows: 256,
  columnsMultipleOf: 16,
  axialUm: 7.75,
  lateralUm: 23.4,
  neighbourUm: 100,
};
const NORMALISATION: IntensityNormalisation = {
  id: 'pedestal-p20-p993-v1',
  pedestalPercentile: 20,
  brightPercentile: 99.3,
  leastRange: 0.05,
  clip: [-0.5, 1.6],
};

function volumeOf(
  geometry: VolumeGeometry,
  grey: (frame: number, row: number, column: number) => number,
): OctVolume {
  const { frames, rows, columns } = geometry;
  const voxels = new Uint8Array(frames * rows * columns);
  let at = 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) voxels[at++] = grey(frame, row, column);
    }
  }
  return {
    ...geometry,
    voxels,
    laterality: 'R',
    frameNumbers: Array.from({ length: frames }, (_, i) => i + 1),
    profile: { id: 'test', because: 'test', evidence: 'none' },
    steps: [],
  };
}

const SPECTRALIS: VolumeGeometry = {
  frames: 2,
  rows: 496,
  columns: 512,
  spacing: { frame: 0.12, axial: 0.00387, lateral: 0.01133 },
};
const TOPCON: VolumeGeometry = {
  frames: 2,
  rows: 885,
  columns: 512,
  spacing: { frame: 0.0469, axial: 0.0026, lateral: 0.0117 },
};
/** Tissue between these depths (share of the rows), tilted along the B-scan. */
const tilted =
  ({ rows, columns }: VolumeGeometry) =>
  (_: number, row: number, column: number) => {
    const top = rows * (0.4 + (0.15 * column) / columns);
    return row > top && row < top + rows * 0.2 ? 180 : 40;
  };

describe('inference: the canonical grid', () => {
  it('is 256 columns for a scan of 6 mm, and wider for a wider one', () => {
    expect(placeGrid(TOPCON, GRID, 400).columns).to.equal(256);
    expect(placeGrid(SPECTRALIS, GRID, 250).columns).to.equal(256);
    expect(placeGrid({ ...SPECTRALIS, columns: 768 }, GRID, 250).columns).to.equal(384);
  });

  it('has neighbours about 100 µm apart', () => {
    expect(placeGrid(TOPCON, GRID, 400).neighbourStride).to.equal(2);
    expect(placeGrid(SPECTRALIS, GRID, 250).neighbourStride).to.equal(1);
  });

  it('cuts a deep scan around its tissue, never beyond its edges', () => {
    const centreOf = (centre: number) => {
      const { rowOrigin, rowScale } = placeGrid(TOPCON, GRID, centre);
      return { first: rowOrigin, last: rowOrigin + 255 * rowScale };
    };
    expect(centreOf(0).first).to.be.within(-0.5, 2);
    expect(centreOf(885).last).to.be.within(882, 885);
    const middle = centreOf(450);
    expect((middle.first + middle.last) / 2).to.be.closeTo(450, 1);
    const steps = toCanonicalGrid(volumeOf(TOPCON, tilted(TOPCON)), GRID, NORMALISATION).steps;
    expect(steps.map(({ name }) => name)).to.deep.equal(['pedestal-p20-p993-v1', 'canonical-grid']);
    // The tissue lies at 57.5 % of 885 rows = 509; the window is 763 rows high.
    expect(steps[1]!.parameters['firstNativeRow']).to.be.within(115, 122);
  });

  for (const [name, geometry] of Object.entries({ SPECTRALIS, TOPCON })) {
    it(`labels come back to within a pixel of where they were: ${name}`, () => {
      const labels = volumeOf(geometry, (frame, row, column) =>
        tilted(geometry)(frame, row, column) === 180 ? 3 : 0,
      ).voxels;
      const placement = placeGrid(geometry, GRID, geometry.rows * 0.575);
      const back = toNativeGrid(labelsToCanonicalGrid(labels, placement), placement);
      expect(back).to.have.length(labels.length);
      const { rows, columns } = geometry;
      // One canonical pixel in native rows, rounded up.
      const tolerance = Math.ceil(placement.rowScale / 2) + 1;
      for (let column = 0; column < columns; column++) {
        const surface = (map: Uint8Array) => {
          let row = 0;
          while (row < rows && map[row * columns + column] === 0) row++;
          return row;
        };
        expect(Math.abs(surface(back) - surface(labels))).to.be.at.most(tolerance);
      }
    });
  }

  it('never answers with padding, whatever the matrix and spacing', () => {
    const matrix = fc.record({
      frames: fc.constant(1),
      rows: fc.integer({ min: 16, max: 600 }),
      columns: fc.integer({ min: 16, max: 400 }),
      spacing: fc.record({
        frame: fc.constant(0.1),
        axial: fc.double({ min: 0.0015, max: 0.012, noNaN: true }),
        lateral: fc.double({ min: 0.005, max: 0.1, noNaN: true }),
      }),
    });
    fc.assert(
      fc.property(matrix, (geometry) => {
        const labels = new Uint8Array(geometry.rows * geometry.columns).fill(7);
        const placement = placeGrid(geometry, GRID, geometry.rows / 2);
        const back = toNativeGrid(labelsToCanonicalGrid(labels, placement), placement);
        expect(back.every((label) => label === 7)).to.equal(true);
      }),
      { numRuns: 40 },
    );
  });

  it('makes two display curves of one scan look alike', () => {
    const plain = volumeOf(SPECTRALIS, tilted(SPECTRALIS));
    const lifted = volumeOf(SPECTRALIS, (...at) => tilted(SPECTRALIS)(...at) * 0.7 + 50);
    const a = toCanonicalGrid(plain, GRID, NORMALISATION).intensities;
    const b = toCanonicalGrid(lifted, GRID, NORMALISATION).intensities;
    let most = 0;
    for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
    expect(most).to.be.below(0.02);
  });

  it('averages what is finer than its pixels instead of skipping it', () => {
    const stripes = volumeOf(TOPCON, (_, row) => (row % 2 === 0 ? 40 : 200));
    const { intensities } = toCanonicalGrid(stripes, GRID, NORMALISATION);
    const middle = intensities.subarray(100 * 256, 150 * 256);
    const spread = Math.max(...middle) - Math.min(...middle);
    expect(spread).to.be.below(0.15);
  });

  it('takes an empty scan without dividing by nothing', () => {
    const dark = volumeOf(SPECTRALIS, () => 0);
    const { intensities } = toCanonicalGrid(dark, GRID, NORMALISATION);
    expect(intensities.every((value) => value === 0)).to.equal(true);
  });
});
