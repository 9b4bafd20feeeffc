import { expect } from 'chai';

import { makePhantom } from '../../fixtures/phantom/phantom.js';
import { toCanonicalGrid } from '../../src/inference/canonical-grid.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import {
  distanceFromTraining,
  SCAN_STATISTICS,
  scanStatistics,
} from '../../src/inference/scan-statistics.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import { MODELS } from './model-folder.js';

const { canonicalGrid, normalisation } = loadModelSet(MODELS).manifest;
const phantom = makePhantom({
  seed: 31,
  // Adds 12 to every grey value: nothing is black, and black is no signal to the normalisation.
  appearance: 'topcon-maestro2',
  laterality: 'R',
  pathologies: [],
  frames: 4,
  rows: 442,
  columns: 256,
});
const volume: OctVolume = {
  ...phantom,
  frameNumbers: [1, 2, 3, 4],
  profile: { id: 'spectralis', because: 'phantom', evidence: 'phantom-only' },
  steps: [],
};
const statisticsOf = (voxels: Uint8Array) =>
  scanStatistics(toCanonicalGrid({ ...volume, voxels }, canonicalGrid, normalisation));
const named = (values: Float64Array) =>
  Object.fromEntries(SCAN_STATISTICS.map((name, i) => [name, values[i]!])) as Record<
    (typeof SCAN_STATISTICS)[number],
    number
  >;

describe('inference: what a scan looks like, apart from what it shows', () => {
  const { rows, columns, frames, voxels } = volume;

  it('does not change with the display’s brightness and contrast, which normalisation takes away', () => {
    const dimmed = voxels.map((value) => Math.round(20 + value * 0.6));
    const [before, after] = [statisticsOf(voxels), statisticsOf(dimmed)];
    before.forEach((value, i) => {
      expect(after[i]!, SCAN_STATISTICS[i]).to.be.closeTo(value, 0.05);
    });
  });

  it('an eye upside down has its light below and its edges the other way', () => {
    const size = rows * columns;
    const turned = voxels.map((_, i) => {
      const row = Math.floor(i / columns) % rows;
      return voxels[Math.floor(i / size) * size + (rows - 1 - row) * columns + (i % columns)]!;
    });
    const [upright, upsideDown] = [named(statisticsOf(voxels)), named(statisticsOf(turned))];
    expect(upsideDown.axialAsymmetry).to.be.closeTo(-upright.axialAsymmetry, 0.15);
    expect(Math.abs(upright.axialAsymmetry)).to.be.above(0.2);
  });

  it('noise has more grain than an eye, and light everywhere', () => {
    const noise = voxels.map((_, i) => 30 + ((i * 2654435761) >>> 25));
    const [eye, grain] = [named(statisticsOf(voxels)), named(statisticsOf(noise))];
    expect(grain.depthOfLight).to.be.above(2 * eye.depthOfLight);
    expect(grain.frameStep).to.be.above(eye.frameStep);
  });

  it('one black scan gives numbers, not NaN', () => {
    expect(
      [...statisticsOf(new Uint8Array(frames * rows * columns))].every(Number.isFinite),
    ).to.equal(true);
  });

  it('distance is in the spread of the training scans: three deviations of every statistic are 3', () => {
    const mean = [1, 2, 3];
    const precision = [
      [4, 0, 0],
      [0, 1, 0],
      [0, 0, 0.25],
    ];
    const distance = distanceFromTraining(Float64Array.of(2.5, 5, 9), { mean, precision });
    expect(distance).to.be.closeTo(3, 1e-9);
    expect(distanceFromTraining(Float64Array.of(1, 2, 3), { mean, precision })).to.equal(0);
  });
});
