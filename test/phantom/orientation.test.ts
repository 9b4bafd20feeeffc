import { expect } from 'chai';
import { makePhantom, makeTruth, type Phantom } from '../../fixtures/phantom/phantom.js';
import { tissueIndex } from '../../src/values/tissue.js';
import { small } from './specifications.js';

const SIZE = { frames: 20, rows: 128, columns: 128 } as const;

function landmark(laterality: 'R' | 'L'): Phantom {
  return makePhantom(small({ ...SIZE, laterality, landmark: true }));
}

/** Mean place of the subretinal fluid, each coordinate 0 to 1. */
function fluidCentre(phantom: Phantom): { frame: number; row: number; column: number } {
  const index = tissueIndex('subretinal-fluid');
  const sum = { frame: 0, row: 0, column: 0, count: 0 };
  phantom.tissueMap.forEach((value, i) => {
    if (value !== index) return;
    sum.frame += Math.floor(i / (SIZE.rows * SIZE.columns)) / SIZE.frames;
    sum.row += (Math.floor(i / SIZE.columns) % SIZE.rows) / SIZE.rows;
    sum.column += (i % SIZE.columns) / SIZE.columns;
    sum.count++;
  });
  return {
    frame: sum.frame / sum.count,
    row: sum.row / sum.count,
    column: sum.column / sum.count,
  };
}

function cornerIsBlack(phantom: Phantom, frame: number, row: number, column: number): boolean {
  for (let r = 0; r < 10; r++) {
    for (let c = 0; c < 10; c++) {
      const i = (frame * SIZE.rows + Math.abs(row - r)) * SIZE.columns + Math.abs(column - c);
      if (phantom.voxels[i] !== 0) return false;
    }
  }
  return true;
}

describe('The orientation of a phantom', () => {
  it('puts temporal on the left of a right eye and on the right of a left eye', () => {
    // Landmark: superior-temporal. Superior is at the last frames in both eyes.
    const right = fluidCentre(landmark('R'));
    const left = fluidCentre(landmark('L'));
    expect(right.column).to.be.below(0.4);
    expect(left.column).to.be.above(0.6);
    expect(right.frame).to.be.above(0.6);
    expect(left.frame).to.be.above(0.6);
  });

  it('has thicker nerve fibres nasally: right in a right eye', () => {
    for (const [laterality, sign] of [
      ['R', 1],
      ['L', -1],
    ] as const) {
      let difference = 0;
      for (const seed of [1, 2, 3, 4]) {
        const { tissueMap } = makeTruth(small({ ...SIZE, seed, laterality }));
        const retina = tissueIndex('neurosensory-retina');
        tissueMap.forEach((value, i) => {
          if (value === retina) difference += i % SIZE.columns < SIZE.columns / 2 ? -1 : 1;
        });
      }
      expect(Math.sign(difference)).to.equal(sign);
    }
  });

  it('has vitreous at the first row and choroid at the last', () => {
    const { tissueMap } = makeTruth(small(SIZE));
    const last = SIZE.rows * SIZE.columns - 1;
    expect(tissueMap[0]).to.equal(tissueIndex('vitreous'));
    expect(tissueMap[last]).to.equal(tissueIndex('choroid'));
  });

  it('has a notch in the top left corner of the inferior frames only', () => {
    const phantom = landmark('R');
    const right = SIZE.columns - 1;
    const bottom = SIZE.rows - 1;
    const end = SIZE.frames - 1;
    expect(cornerIsBlack(phantom, 0, 0, 0)).to.be.true;
    expect(cornerIsBlack(phantom, 0, 0, right)).to.be.false;
    expect(cornerIsBlack(phantom, 0, bottom, 0)).to.be.false;
    expect(cornerIsBlack(phantom, end, 0, 0)).to.be.false;
    expect(cornerIsBlack(phantom, end, bottom, right)).to.be.false;
  });

  it('says that the landmark is fluid below the retina', () => {
    const { pathologies, referral } = landmark('R');
    expect(pathologies).to.deep.equal(['central-serous-retinopathy']);
    expect(referral).to.equal('semi-urgent');
  });
});
