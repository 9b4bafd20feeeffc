import { expect } from 'chai';
import { sectorAt, sectorMeans } from '../../src/console/page/etdrs.js';

describe('console: the ETDRS grid', () => {
  it('nasal is at the right of a right eye and at the left of a left one', () => {
    expect(sectorAt(1, 0, 'R')).to.equal('inner nasal');
    expect(sectorAt(1, 0, 'L')).to.equal('inner temporal');
    expect(sectorAt(-2.5, 0, 'L')).to.equal('outer nasal');
    expect(sectorAt(0, 1, 'L')).to.equal('inner superior');
    expect(sectorAt(0, -2, 'R')).to.equal('outer inferior');
  });

  it('circles of 1, 3 and 6 mm; beyond is no sector', () => {
    expect(sectorAt(0.35, 0.35, 'R')).to.equal('centre');
    expect(sectorAt(0.36, 0.36, 'R')).to.match(/^inner/);
    expect(sectorAt(0, 1.51, 'R')).to.equal('outer superior');
    expect(sectorAt(0, 3.01, 'R')).to.equal(undefined);
  });

  it('the mean of each sector is that of its cells, about the given centre', () => {
    const grid = {
      frames: 61,
      columns: 121,
      spacing: { frame: 0.1, lateral: 0.05 },
      centre: { frame: 30, column: 60 },
      laterality: 'R',
    } as const;
    // Height above the middle, so that superior is as far above as inferior is below, and the sides are level.
    const values = Float64Array.from(
      { length: 61 * 121 },
      (_, cell) => 1000 + 100 * (Math.floor(cell / 121) - 30),
    );
    const means = sectorMeans(values, grid);
    expect(means.size).to.equal(9);
    expect(means.get('centre')).to.be.closeTo(1000, 1e-6);
    expect(means.get('inner nasal')).to.be.closeTo(1000, 1e-6);
    const above = means.get('outer superior')! - 1000;
    expect(above).to.be.above(1500);
    expect(1000 - means.get('outer inferior')!).to.be.closeTo(above, 1e-6);
  });

  it('a sector of which less than half was scanned has no mean', () => {
    const narrow = {
      frames: 5,
      columns: 121,
      spacing: { frame: 0.1, lateral: 0.05 },
      centre: { frame: 2, column: 60 },
      laterality: 'R',
    } as const;
    const means = sectorMeans(new Float64Array(5 * 121).fill(7), narrow);
    expect([...means.keys()]).not.to.include('outer superior');
    expect([...means.keys()]).not.to.include('inner superior');
  });
});
