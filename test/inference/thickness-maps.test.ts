import { expect } from 'chai';

import { makeTruth, volumeNl } from '../../fixtures/phantom/phantom.js';
import type { EnFaceGrid } from '../../src/inference/manifest.js';
import { measureTissueMap } from '../../src/inference/thickness-maps.js';
import { tissueIndex } from '../../src/values/tissue.js';

const GRID: EnFaceGrid = { frames: 24, columns: 128, frameUm: 250, lateralUm: 46.9 };
const CELLS = GRID.frames * GRID.columns;
const RETINA = tissueIndex('neurosensory-retina');
const FLUID = tissueIndex('subretinal-fluid');
const CHOROID = tissueIndex('choroid');

/** 6 × 6 mm: 300 µm of retina over choroid, from 500 µm on, with a block of fluid under its left half. */
function slab(frames: number, rows: number, columns: number) {
  const spacing = { frame: 6 / frames, axial: 2 / rows, lateral: 6 / columns };
  const map = new Uint8Array(frames * rows * columns);
  for (let i = 0; i < map.length; i++) {
    const depthUm = ((Math.floor(i / columns) % rows) + 0.5) * spacing.axial * 1000;
    const left = i % columns < columns / 2;
    map[i] = depthUm < 500 ? 0 : depthUm < 800 ? RETINA : left && depthUm < 900 ? FLUID : CHOROID;
  }
  return { map, geometry: { frames, rows, columns, spacing } };
}

describe('inference: what is measured on a tissue map', () => {
  const matrices = [
    [12, 100, 64],
    [24, 200, 128],
    [128, 400, 256],
  ] as const;
  for (const [frames, rows, columns] of matrices) {
    it(`thickness, heights and volumes of a slab, ${frames} × ${rows} × ${columns}`, () => {
      const { map, geometry } = slab(frames, rows, columns);
      const { enFace, volumesNl, retinaShare } = measureTissueMap(map, geometry, GRID);
      const channel = (index: number, column: number) =>
        enFace[index * CELLS + 12 * GRID.columns + column]!;
      const voxelUm = geometry.spacing.axial * 1000;
      expect(channel(RETINA, 30)).to.be.closeTo(300, voxelUm);
      expect(channel(FLUID, 30)).to.be.closeTo(100, voxelUm);
      expect(channel(FLUID, 100)).to.equal(0);
      expect(channel(15, 30), 'inner surface above Bruch').to.be.closeTo(400, voxelUm);
      expect(channel(15, 100), 'inner surface above Bruch').to.be.closeTo(300, voxelUm);
      expect(channel(17, 100), 'share of retina').to.equal(1);
      // 6 mm × 3 mm × 0.1 mm
      expect(volumesNl['subretinal-fluid']).to.be.closeTo(1800, 1);
      expect(volumesNl).to.not.have.property('neurosensory-retina');
      expect(retinaShare).to.equal(1);
    });
  }

  it('every cell of a 6 mm scan is filled, and a smaller scan leaves the cells outside it empty', () => {
    const heights = (enFace: Float32Array) => enFace.subarray(15 * CELLS, 16 * CELLS);
    const full = slab(12, 100, 64);
    const whole = measureTissueMap(full.map, full.geometry, GRID).enFace;
    expect(heights(whole).every((height) => height > 0)).to.equal(true);
    const small = { ...full.geometry, spacing: { ...full.geometry.spacing, frame: 0.25 } };
    const half = heights(measureTissueMap(full.map, small, GRID).enFace);
    expect(half.subarray(0, 6 * GRID.columns).every((height) => height === 0)).to.equal(true);
    expect(
      half.subarray(6 * GRID.columns, 18 * GRID.columns).every((height) => height > 0),
    ).to.equal(true);
  });

  it('counts A-scans without retina: blinks and empty maps', () => {
    const { map, geometry } = slab(10, 100, 64);
    map.fill(tissueIndex('blink-artefact'), 0, 3 * 100 * 64);
    expect(measureTissueMap(map, geometry, GRID).retinaShare).to.be.closeTo(0.7, 1e-9);
    expect(measureTissueMap(new Uint8Array(map.length), geometry, GRID).retinaShare).to.equal(0);
  });

  it('agrees with the truth of a phantom on the volume of its fluid', () => {
    const truth = makeTruth({
      seed: 5,
      appearance: 'spectralis',
      laterality: 'R',
      pathologies: ['central-serous-retinopathy'],
      frames: 12,
      rows: 248,
      columns: 128,
    });
    const { volumesNl, retinaShare } = measureTissueMap(truth.tissueMap, truth, GRID);
    const expected = volumeNl(truth, 'subretinal-fluid');
    expect(expected).to.be.above(50);
    expect(volumesNl['subretinal-fluid']).to.be.closeTo(expected, expected * 1e-6);
    expect(retinaShare).to.be.above(0.99);
  });
});
