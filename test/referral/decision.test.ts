import { expect } from 'chai';
import fc from 'fast-check';

import { decide } from '../../src/referral/decide.js';
import type { ReferralEvidence } from '../../src/referral/decide.js';
import { REFERRAL_CLASSES } from '../../src/values/referral-class.js';
import { COST_MATRIX, findingsWith, GOOD_QUALITY, THRESHOLDS } from './evidence.js';

function evidence(
  referral: readonly (readonly number[])[],
  changes: Parameters<typeof findingsWith>[1] = {},
): ReferralEvidence {
  return {
    quality: GOOD_QUALITY,
    findings: findingsWith(referral, changes),
    costMatrix: COST_MATRIX,
    thresholds: THRESHOLDS,
  };
}

/** Four probabilities that add up to 1. */
const distribution = fc
  .array(fc.integer({ min: 0, max: 1000 }), { minLength: 4, maxLength: 4 })
  .filter((weights) => weights.some((weight) => weight > 0))
  .map((weights) => {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  });

describe('referral: the class of least expected cost', () => {
  for (const [rank, name] of REFERRAL_CLASSES.entries()) {
    it(`is ${name} when the networks are sure of it`, () => {
      const row = REFERRAL_CLASSES.map((_, i) => (i === rank ? 0.97 : 0.01));
      const decision = decide(evidence([row]));
      expect(decision).to.include({ kind: 'assessed', referral: name });
    });
  }

  it('calls urgent what is probably not, because missing it is dear, and says so', () => {
    const decision = decide(evidence([[0.3, 0.1, 0.55, 0.05]]));
    expect(decision).to.include({ kind: 'assessed', referral: 'urgent' });
    if (decision.kind !== 'assessed') return;
    expect(decision.because).to.equal('least expected cost: urgent; likeliest class: routine');
  });

  it('names the matrix with its hash, the mean probabilities and the spread of the predictions', () => {
    const rows = [
      [0.8, 0.1, 0.05, 0.05],
      [0.6, 0.3, 0.05, 0.05],
    ];
    const decision = decide(evidence(rows));
    if (decision.kind !== 'assessed') throw new Error('not assessed');
    expect(decision.probabilities[0]).to.be.closeTo(0.7, 1e-12);
    expect(decision.spread[0]).to.be.closeTo(0.1, 1e-12);
    expect(decision.spread[2]).to.be.closeTo(0, 1e-12);
    expect(decision.costMatrix).to.match(/^octriage-referral-costs 1\.0\.0 sha256:[0-9a-f]{12}$/);
  });

  it('never becomes less urgent when probability moves towards urgency', () => {
    const rank = (row: readonly number[]) => {
      const decision = decide({
        ...evidence([row]),
        thresholds: { ...THRESHOLDS, minimumTopProbability: 0 },
      });
      if (decision.kind !== 'assessed') throw new Error('not assessed');
      return REFERRAL_CLASSES.indexOf(decision.referral);
    };
    const step = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }));
    fc.assert(
      fc.property(
        distribution,
        step,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (row, [a, b], share) => {
          const from = Math.max(a, b);
          const to = Math.min(a, b) - 1;
          const moved = [...row];
          moved[to]! += row[from]! * share;
          moved[from]! -= row[from]! * share;
          // Equal costs may fall to either side by rounding; that is no change of mind.
          expect(rank(moved)).to.be.at.most(rank(row) + (share < 1e-9 ? 1 : 0));
        },
      ),
    );
  });

  it('safety net: with CNV at 50 % or more it is never observation-only, and the rule is named', () => {
    const quiet = [0, 0, 0.001, 0.999];
    expect(decide(evidence([quiet], { cnv: 0.49 }))).to.include({ referral: 'observation-only' });
    const decision = decide(evidence([quiet], { cnv: 0.5 }));
    expect(decision).to.include({ kind: 'assessed', referral: 'routine' });
    expect(decision).to.have.property('because').that.includes('safety net: CNV 50 %');
  });
});
