import { expect } from 'chai';
import {
  areaUnderCurve,
  bootstrappedArea,
  calibrate,
  rocCurve,
  share,
  type Scored,
} from '../../src/evaluation/statistics.js';

const cases = (text: string): Scored[] =>
  text.split(' ').map((one) => ({ score: Number(one.slice(1)), positive: one.startsWith('+') }));

describe('evaluation: shares, areas and calibration', () => {
  it('gives Wilson’s interval: 0 of 24 is compatible with 14 %', () => {
    const estimate = share(0, 24)!;
    expect(estimate.value).to.equal(0);
    expect(estimate.to).to.be.closeTo(0.138, 0.001);
    expect(share(5, 10)!.from).to.be.closeTo(0.2366, 0.0005);
    expect(share(0, 0)).to.equal(null);
  });

  it('the area is the chance that a positive case scores higher, ties counted half', () => {
    expect(areaUnderCurve(cases('+0.9 +0.8 -0.7 +0.6 -0.5'))).to.be.closeTo(5 / 6, 1e-12);
    expect(areaUnderCurve(cases('+0.5 -0.5'))).to.equal(0.5);
    expect(areaUnderCurve(cases('-0.9 +0.1'))).to.equal(0);
    expect(areaUnderCurve(cases('+0.9 +0.1'))).to.equal(null);
  });

  it('the area is that under the curve', () => {
    const some = cases('+0.9 -0.9 +0.8 -0.7 +0.6 -0.5 -0.5 +0.5 +0.3 -0.1');
    const points = rocCurve(some);
    let area = 0;
    for (let i = 1; i < points.length; i++) {
      const [a, b] = [points[i - 1]!, points[i]!];
      area += ((b.falsePositives - a.falsePositives) * (a.truePositives + b.truePositives)) / 2;
    }
    expect(points.at(-1)).to.deep.equal({ falsePositives: 1, truePositives: 1 });
    expect(area).to.be.closeTo(areaUnderCurve(some)!, 1e-12);
  });

  it('the bootstrap interval holds the area, narrows with more cases, and is the same each time', () => {
    const some = cases('+0.9 +0.8 -0.7 +0.6 -0.5 -0.4 +0.3 -0.2');
    const few = bootstrappedArea(some)!;
    const many = bootstrappedArea(Array.from({ length: 20 }, () => some).flat())!;
    expect(few.from).to.be.below(few.value);
    expect(few.to).to.be.above(few.value);
    expect(many.value).to.be.closeTo(few.value, 1e-12);
    expect(many.to - many.from).to.be.below((few.to - few.from) / 2);
    expect(bootstrappedArea(some)).to.deep.equal(few);
  });

  it('the calibration error is the distance between what was said and what was so', () => {
    const certain = calibrate(cases('+1 +1 +1 -1'))!;
    expect(certain.error).to.be.closeTo(0.25, 1e-12);
    // Two bins: 2 cases at 0.65 of which one is right, 2 at 0.95, both right.
    const mixed = calibrate(cases('+0.65 -0.65 +0.95 +0.95'))!;
    expect(mixed.bins.map(({ cases: count, right }) => [count, right])).to.deep.equal([
      [2, 0.5],
      [2, 1],
    ]);
    expect(mixed.error).to.be.closeTo(0.5 * 0.15 + 0.5 * 0.05, 1e-12);
  });
});
