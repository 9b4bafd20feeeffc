import { expect } from 'chai';
import { makeTruth } from '../../fixtures/phantom/phantom.js';
import { renderSlab, renderTrainingSlab } from '../../fixtures/phantom/training-slab.js';
import { tissueIndex } from '../../src/values/tissue.js';
import { small } from './specifications.js';

const FLUID = tissueIndex('intraretinal-fluid');
const RETINA = tissueIndex('neurosensory-retina');

function meanOf(voxels: Uint8Array, tissues: Uint8Array, tissue: number): number {
  let sum = 0;
  let count = 0;
  tissues.forEach((value, i) => {
    if (value !== tissue) return;
    sum += voxels[i]!;
    count++;
  });
  return sum / count;
}

describe('A slab for training', () => {
  it('gives the same bytes for the same seed', () => {
    const [first, second] = [
      renderTrainingSlab(3, { frames: 2 }),
      renderTrainingSlab(3, { frames: 2 }),
    ];
    expect(Buffer.compare(first.voxels, second.voxels)).to.equal(0);
    expect(Buffer.compare(first.tissueMap, second.tissueMap)).to.equal(0);
    expect(first.spacing).to.deep.equal(second.spacing);
  });

  it('is cut from the eye that the whole volume shows', () => {
    const eye = small({ seed: 4, frames: 29, pathologies: ['central-serous-retinopathy'] });
    const volume = makeTruth(eye);
    const stepUm = volume.spacing.frame * 1000;
    const slab = renderSlab({ ...eye, strip: { frames: 3, stepUm, middleUm: 2 * stepUm } });
    const blister = tissueIndex('subretinal-fluid');
    const areas = (map: Uint8Array, first: number): number[] =>
      [0, 1, 2].map((frame) => {
        const size = slab.rows * slab.columns;
        const scan = map.subarray((first + frame) * size, (first + frame + 1) * size);
        return scan.filter((tissue) => tissue === blister).length;
      });
    const whole = areas(volume.tissueMap, 15);
    expect(Math.min(...whole)).to.be.above(100);
    areas(slab.tissueMap, 0).forEach((area, frame) => {
      expect(area).to.be.closeTo(whole[frame]!, 0.05 * whole[frame]!);
    });
  });

  it('has B-scans at the distance asked for', () => {
    const strip = { frames: 4, stepUm: 250, middleUm: 0 };
    const slab = renderSlab({ ...small({}), strip });
    expect(slab.frames).to.equal(4);
    expect(slab.spacing.frame).to.be.closeTo(0.25, 1e-9);
    expect(slab.voxels).to.have.length(4 * 128 * 128);
  });

  it('keeps fluid darker than the retina around it, however far from any device it looks', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const slab = renderSlab({
        ...small({ seed, pathologies: ['macular-oedema'], training: 'far' }),
        strip: { frames: 2, stepUm: 100, middleUm: 0 },
      });
      const fluid = slab.tissueMap.filter((tissue) => tissue === FLUID).length;
      if (fluid < 200) continue;
      expect(meanOf(slab.voxels, slab.tissueMap, FLUID), `seed ${seed}`).to.be.below(
        meanOf(slab.voxels, slab.tissueMap, RETINA),
      );
    }
  });

  it('shows the same eye in unlike greys', () => {
    const eye = small({ seed: 8, pathologies: ['macular-oedema'] });
    const strip = { frames: 1, stepUm: 100, middleUm: 0 };
    const near = renderSlab({ ...eye, strip, training: 'near' });
    const far = renderSlab({ ...eye, strip, training: 'far' });
    expect(Buffer.compare(near.tissueMap, far.tissueMap)).to.equal(0);
    expect(Buffer.compare(near.voxels, far.voxels)).to.not.equal(0);
  });
});
