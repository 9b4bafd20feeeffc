import { expect } from 'chai';
import { DRIFT_RULE, driftOf } from '../../src/evaluation/drift.js';
import { atLeast, exactShift, rankShift } from '../../src/evaluation/rank-test.js';
import { REFERRAL_CLASSES } from '../../src/values/referral-class.js';
import type { ReadScan } from '../../src/values/scan-figures.js';
import { scanOf } from './drifting-scans.js';

const UNKNOWN = { maximumDistance: null, maximumDisagreement: 1 };
const { reference: REFERENCE, window: WINDOW } = DRIFT_RULE;

describe('evaluation: drift of a device over its scans', function () {
  this.timeout(120_000);
  const DRESS = 'heidelberg-spectralis';
  const after = 15;
  let scans: readonly ReadScan[];
  let reference: readonly ReadScan[];

  before(() => {
    scans = Array.from({ length: REFERENCE + WINDOW + after }, (_, i) => scanOf(5000 + i, DRESS));
    reference = scans.slice(0, REFERENCE);
  });

  it('C9: eyes of many seeds are no drift', () => {
    for (let end = REFERENCE + WINDOW; end <= scans.length; end++) {
      const { state, drifts } = driftOf(reference, scans.slice(end - WINDOW, end), UNKNOWN);
      expect(state).to.equal('watched');
      expect(drifts, `scans to ${end}`).to.deep.equal([]);
    }
  });

  for (const [what, lostDb] of [
    ['lost', 6],
    ['gained', -6],
  ] as const) {
    it(`C9: 6 dB ${what} are an alarm within 15 scans`, () => {
      const shifted = Array.from({ length: 15 }, (_, i) => scanOf(9000 + i, DRESS, lostDb));
      const window = [...scans.slice(REFERENCE, REFERENCE + WINDOW - 15), ...shifted];
      const { drifts } = driftOf(reference, window, UNKNOWN);
      expect(drifts).not.to.deep.equal([]);
      expect(drifts.map(({ kind }) => kind)).to.include.oneOf(['input', 'quality']);
    });
  }

  it('says nothing before there is something to compare with', () => {
    const { state, drifts } = driftOf(reference.slice(1), scans.slice(-WINDOW), UNKNOWN);
    expect([state, drifts]).to.deep.equal(['learning', []]);
  });

  it('the mix of classes is watched: everybody urgent, nobody assessed', () => {
    const mixed = reference.map((scan, i) => ({ ...scan, decision: REFERRAL_CLASSES[i % 4]! }));
    const measures = {};
    const always = (decision: string) =>
      scans.slice(-WINDOW).map((scan) => ({ ...scan, decision, measures }));
    const kinds = (window: readonly ReadScan[]) =>
      driftOf(mixed, window, UNKNOWN).drifts.map(({ kind, measure }) => `${kind} ${measure}`);
    expect(kinds(always('urgent'))).to.deep.equal(['classes urgent']);
    expect(kinds(always('UNLIKE_TRAINING'))).to.deep.equal(['classes not-assessed']);
    expect(kinds(mixed.slice(-WINDOW).map((scan) => ({ ...scan, measures })))).to.deep.equal([]);
  });

  it('a device whose scans are beyond the limits of the model set is told from its first scans on', () => {
    const far = (count: number) =>
      scans.slice(0, 10).map((scan, i) => ({
        ...scan,
        measures: { ...scan.measures, distance: i < count ? 9 : 1 },
      }));
    const limits = { maximumDistance: 3, maximumDisagreement: 1 };
    const kinds = (count: number) =>
      driftOf(far(count), far(count), limits).drifts.map(({ kind }) => kind);
    expect(kinds(1)).to.deep.equal([]);
    expect(kinds(8)).to.deep.equal(['training']);
  });

  it('the tests behind it give the textbooks’ values', () => {
    // scipy.stats: mannwhitneyu(asymptotic, no continuity correction), fisher_exact, binom.sf.
    expect(rankShift([1, 2, 2, 3, 5, 8], [4, 6, 7, 9, 9])).to.be.closeTo(2.0175, 0.0001);
    expect(rankShift([1, 1, 1], [1, 1])).to.equal(0);
    expect(exactShift(1, 10, 8, 10)).to.be.closeTo(0.005477, 1e-5);
    expect(atLeast(3, 20, 0.02)).to.be.closeTo(0.007068, 1e-5);
  });
});
