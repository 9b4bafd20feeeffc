import { expect } from 'chai';
import { drawSpecification } from '../../fixtures/phantom/draw.js';
import { makePhantom, makeScans, makeTruth } from '../../fixtures/phantom/phantom.js';
import { Random } from '../../fixtures/phantom/random.js';
import { small } from './specifications.js';

describe('A phantom is the same every time', () => {
  it('gives the same bytes for the same specification', () => {
    const first = makePhantom(small({ pathologies: ['macular-oedema'], randomise: true }));
    const second = makePhantom(small({ pathologies: ['macular-oedema'], randomise: true }));
    expect(Buffer.compare(first.voxels, second.voxels)).to.equal(0);
    expect(Buffer.compare(first.tissueMap, second.tissueMap)).to.equal(0);
  });

  it('gives another eye for another seed', () => {
    const first = makePhantom(small({ seed: 1 }));
    const second = makePhantom(small({ seed: 2 }));
    expect(Buffer.compare(first.tissueMap, second.tissueMap)).to.not.equal(0);
  });

  it('draws a chosen B-scan exactly as in the whole volume, in the order asked for', () => {
    const specification = small({ pathologies: ['cnv'] });
    const whole = makePhantom(specification);
    const size = whole.rows * whole.columns;
    const chosen = makeScans(specification, [5, 2]);
    for (const [place, frame] of [5, 2].entries()) {
      const expected = whole.voxels.subarray(frame * size, (frame + 1) * size);
      const drawn = chosen.voxels.subarray(place * size, (place + 1) * size);
      expect(Buffer.compare(drawn, expected)).to.equal(0);
    }
  });

  it('tells the same truth with and without the picture', () => {
    const specification = small({ pathologies: ['drusen'], artefacts: { mirror: true } });
    const truth = makeTruth(specification);
    expect(Buffer.compare(truth.tissueMap, makePhantom(specification).tissueMap)).to.equal(0);
  });

  it('refuses a B-scan that the volume lacks', () => {
    expect(() => makeScans(small({}), [8])).to.throw(RangeError, 'Frame 8');
  });

  it('draws equal specifications for equal seeds and different ones otherwise', () => {
    expect(drawSpecification(7)).to.deep.equal(drawSpecification(7));
    const kinds = new Set(
      Array.from({ length: 100 }, (_, seed) => drawSpecification(seed).pathologies.join()),
    );
    expect(kinds.size).to.be.greaterThan(9);
  });

  it('has random numbers that are evenly and normally distributed', () => {
    const random = new Random(3, 'test');
    const even = Array.from({ length: 20000 }, () => random.uniform());
    const normal = Array.from({ length: 20000 }, () => random.normal());
    const mean = (values: number[]): number =>
      values.reduce((sum, v) => sum + v, 0) / values.length;
    expect(mean(even)).to.be.closeTo(0.5, 0.01);
    expect(mean(normal)).to.be.closeTo(0, 0.03);
    expect(mean(normal.map((v) => v * v))).to.be.closeTo(1, 0.05);
    expect(mean(normal.map((v) => v ** 4))).to.be.closeTo(3, 0.4);
  });
});
