import { expect } from 'chai';
import { ASSESSED_DRESSES, type DressId } from '../../fixtures/opt/dresses.js';
import { makeOptFile } from '../../fixtures/opt/opt-file.js';
import { tissueIndex } from '../../src/values/tissue.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import { loadBytes, volumeOf } from './support.js';

/** Mean frame and column of a tissue. */
function centre({ frames, rows, columns }: OctVolume, map: Uint8Array, tissue: number) {
  let [count, frameSum, columnSum] = [0, 0, 0];
  for (let i = 0; i < frames * rows * columns; i++) {
    if (map[i] !== tissue) continue;
    count++;
    frameSum += Math.floor(i / (rows * columns));
    columnSum += i % columns;
  }
  return { count, frame: frameSum / count, column: columnSum / count };
}

function meanOf(
  volume: OctVolume,
  frame: number,
  rows: number,
  fromColumn: number,
  columns: number,
) {
  let sum = 0;
  for (let row = 0; row < rows; row++)
    for (let column = fromColumn; column < fromColumn + columns; column++)
      sum += volume.voxels[(frame * volume.rows + row) * volume.columns + column]!;
  return sum / (rows * columns);
}

describe('volume: one orientation for every device', () => {
  for (const dress of ASSESSED_DRESSES) {
    for (const laterality of ['R', 'L'] as const) {
      it(`${dress}, ${laterality}: the asymmetric phantom comes back as it was`, async () => {
        const phantom = { seed: 5, laterality, pathologies: [], landmark: true };
        const file = makeOptFile({ dress, phantom });
        const volume = volumeOf(await loadBytes(file.bytes));

        expect(volume.laterality).to.equal(laterality);
        expect(Buffer.compare(volume.voxels, file.truth.voxels)).to.equal(0);
        const sorted = volume.frameNumbers.map((number) => file.storedFrames[number - 1]);
        expect(sorted, 'frame numbers point at the stored frames').to.deep.equal(
          sorted.map((_, frame) => frame),
        );

        // Said without the phantom's help: the blister is superior and temporal, the notch inferior, left and on top.
        const blister = centre(volume, file.truth.tissueMap, tissueIndex('subretinal-fluid'));
        expect(blister.count).to.be.above(50);
        expect(blister.frame).to.be.above((volume.frames - 1) / 2);
        const temporalIsLeft = laterality === 'R';
        expect(blister.column < volume.columns / 2).to.equal(temporalIsLeft);
        expect(meanOf(volume, 0, 8, 0, 8)).to.equal(0);
        expect(meanOf(volume, 0, 8, volume.columns - 8, 8)).to.be.above(1);
        expect(meanOf(volume, volume.frames - 1, 8, 0, 8)).to.be.above(1);
      });
    }

    it(`${dress}: spacing is the phantom's`, async () => {
      const file = makeOptFile({ dress, phantom: { seed: 2, laterality: 'L', pathologies: [] } });
      const { spacing } = volumeOf(await loadBytes(file.bytes));
      for (const axis of ['frame', 'axial', 'lateral'] as const)
        expect(spacing[axis], axis).to.be.closeTo(file.truth.spacing[axis], 1e-5);
    });
  }

  it('stored orders differ, so the frame numbers do', async () => {
    const phantom = { seed: 2, laterality: 'R', pathologies: [] } as const;
    const numbers = async (dress: DressId) =>
      volumeOf(await loadBytes(makeOptFile({ dress, phantom }).bytes)).frameNumbers;
    expect((await numbers('heidelberg-spectralis'))[0]).to.equal(1);
    expect((await numbers('topcon-3doct2000'))[0]).to.equal(12);
  });
});
