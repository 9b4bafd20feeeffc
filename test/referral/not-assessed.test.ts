import { expect } from 'chai';
import fc from 'fast-check';

import { decide } from '../../src/referral/decide.js';
import type { ReferralEvidence } from '../../src/referral/decide.js';
import type { QualityReport } from '../../src/values/quality-report.js';
import { COST_MATRIX, findingsWith, GOOD_QUALITY, THRESHOLDS } from './evidence.js';

const SURE = [0.97, 0.01, 0.01, 0.01];
const POOR: QualityReport = {
  assessable: false,
  grade: 'not-assessable',
  criteria: [
    { code: 'Q00', name: 'signal', value: 3, threshold: 6, unit: 'dB', passed: false },
    { code: 'Q00', name: 'blinks', value: 0, threshold: 0.1, unit: 'share', passed: true },
  ],
  advice: 'repeat the scan',
};

function reasonsFor(changes: Partial<ReferralEvidence>): readonly string[] {
  const decision = decide({
    quality: GOOD_QUALITY,
    findings: findingsWith([SURE]),
    costMatrix: COST_MATRIX,
    thresholds: THRESHOLDS,
    ...changes,
  });
  return decision.kind === 'not-assessed' ? decision.reasons.map(({ name }) => name) : [];
}

describe('referral: no failure reads as a class', () => {
  const cases: readonly (readonly [string, Partial<ReferralEvidence>, readonly string[]])[] = [
    ['nothing is wrong', {}, []],
    ['the quality is not assessable', { quality: POOR }, ['QUALITY_INSUFFICIENT']],
    [
      'the quality forbade to ask the networks',
      { quality: POOR, findings: undefined },
      ['QUALITY_INSUFFICIENT'],
    ],
    ['there are no findings at all', { findings: undefined }, ['NETWORK_OUTPUT_INVALID']],
    [
      'the retina is found in too few A-scans',
      { findings: findingsWith([SURE], { retinaShare: 0.79 }) },
      ['RETINA_NOT_FOUND'],
    ],
    [
      'brightness and grain are unlike the training scans',
      { findings: findingsWith([SURE], { likeness: { distance: 3.1, disagreement: 0 } }) },
      ['UNLIKE_TRAINING'],
    ],
    [
      'the tissue maps differ too much',
      { findings: findingsWith([SURE], { likeness: { distance: null, disagreement: 0.21 } }) },
      ['UNLIKE_TRAINING'],
    ],
    [
      'the model set does not say what its training scans were like',
      { findings: findingsWith([SURE], { likeness: { distance: null, disagreement: 0 } }) },
      [],
    ],
    [
      'the distance from the training scans is not a number',
      { findings: findingsWith([SURE], { likeness: { distance: NaN, disagreement: 0 } }) },
      ['NETWORK_OUTPUT_INVALID'],
    ],
    [
      'no class is likely enough',
      { findings: findingsWith([[0.39, 0.3, 0.2, 0.11]]) },
      ['NETWORKS_DISAGREE'],
    ],
    [
      'the predictions contradict each other',
      {
        findings: findingsWith([
          [0.95, 0.02, 0.02, 0.01],
          [0.01, 0.02, 0.02, 0.95],
        ]),
      },
      ['NETWORKS_DISAGREE'],
    ],
    ['there is no prediction', { findings: findingsWith([]) }, ['NETWORK_OUTPUT_INVALID']],
    [
      'one prediction of several is not a number',
      { findings: findingsWith([SURE, [NaN, 0, 0, 1]]) },
      ['NETWORK_OUTPUT_INVALID'],
    ],
    [
      'the probabilities do not add up to 1',
      { findings: findingsWith([[0.5, 0.1, 0.1, 0.1]]) },
      ['NETWORK_OUTPUT_INVALID'],
    ],
    [
      'a class is missing',
      { findings: findingsWith([[0.5, 0.3, 0.2]]) },
      ['NETWORK_OUTPUT_INVALID'],
    ],
    [
      'a pathology is not a number',
      { findings: findingsWith([SURE], { cnv: NaN }) },
      ['NETWORK_OUTPUT_INVALID'],
    ],
    [
      'the share of retina is not a number',
      { findings: findingsWith([SURE], { retinaShare: NaN }) },
      ['NETWORK_OUTPUT_INVALID'],
    ],
    [
      'several things are wrong at once',
      { quality: POOR, findings: findingsWith([[0.3, 0.3, 0.2, 0.2]], { retinaShare: 0 }) },
      ['QUALITY_INSUFFICIENT', 'RETINA_NOT_FOUND', 'NETWORKS_DISAGREE'],
    ],
  ];
  for (const [title, changes, expected] of cases) {
    it(`${expected.join(' and ') || 'assessed'} when ${title}`, () => {
      expect(reasonsFor(changes)).to.deep.equal(expected);
    });
  }

  it('says which criterion failed and by how much, and leaves out those that passed', () => {
    const decision = decide({
      quality: POOR,
      findings: undefined,
      costMatrix: COST_MATRIX,
      thresholds: THRESHOLDS,
    });
    if (decision.kind !== 'not-assessed') throw new Error('assessed');
    expect(decision.reasons[0]!.detail).to.equal('signal 3 (threshold 6) dB');
  });

  it('gives no class for any row with a value that is no probability', () => {
    const broken = fc.constantFrom(NaN, Infinity, -Infinity, -0.1, 1.1);
    fc.assert(
      fc.property(broken, fc.integer({ min: 0, max: 3 }), (value, index) => {
        const row = SURE.map((p, i) => (i === index ? value : p));
        expect(reasonsFor({ findings: findingsWith([row]) })).to.include('NETWORK_OUTPUT_INVALID');
      }),
    );
  });
});
