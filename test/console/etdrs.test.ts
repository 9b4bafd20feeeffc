import { expect } from 'chai';
import { centreOf, placeOf, sideName } from '../../src/console/page/etdrs.js';
import type { VolumeInfo } from '../../src/console/model.js';
import type { StatedThickness } from '../../src/values/etdrs.js';

const INFO: VolumeInfo = {
  frames: 61,
  rows: 100,
  columns: 121,
  spacing: { frame: 0.1, axial: 0.004, lateral: 0.05 },
  laterality: 'R',
  coverage: 'all',
  tissues: [],
};
const THICKNESS: StatedThickness = {
  centre: { by: 'fovea', nasal: 0.5, superior: 0.25 },
  subfields: [],
};

describe('console: the ETDRS grid lies where the report says', () => {
  it('nasal is at the right of a right eye and at the left of a left one', () => {
    expect(sideName('right', 'R')).to.equal('nasal');
    expect(sideName('right', 'L')).to.equal('temporal');
    expect(placeOf({ ring: 'inner', quadrant: 'nasal' }, 'R')).to.deep.equal({ dx: 1, dy: 0 });
    expect(placeOf({ ring: 'inner', quadrant: 'nasal' }, 'L')).to.deep.equal({ dx: -1, dy: 0 });
    expect(placeOf({ ring: 'outer', quadrant: 'superior' }, 'L')).to.deep.equal({
      dx: 0,
      dy: -2.25,
    });
  });

  it('the centre is as far from the middle of the field as the report says, superior at the top', () => {
    const right = centreOf(THICKNESS, INFO);
    expect(right.x).to.be.closeTo((121 * 0.05) / 2 + 0.5, 1e-9);
    expect(right.y).to.be.closeTo((61 * 0.1) / 2 - 0.25, 1e-9);
    const left = centreOf(THICKNESS, { ...INFO, laterality: 'L' });
    expect(left.x).to.be.closeTo((121 * 0.05) / 2 - 0.5, 1e-9);
  });
});
