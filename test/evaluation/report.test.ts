import { expect } from 'chai';
import type { EvaluatedScan } from '../../src/evaluation/evaluated-scan.js';
import { makeReport, type ReportHead } from '../../src/evaluation/report.js';
import { reportPage } from '../../src/evaluation/report-page.js';
import { REFERRAL_CLASSES, type ReferralClass } from '../../src/values/referral-class.js';

const COSTS = [
  [0, 4, 30, 100],
  [1, 0, 6, 20],
  [2, 1, 0, 4],
  [3, 2, 1, 0],
];

const HEAD: ReportHead = {
  title: 'A report & more',
  made: '2026-11-23T00:00:00.000Z',
  product: 'OCTriage 0',
  notice: 'RESEARCH USE ONLY. Not a medical device.',
  modelSet: {
    name: 'fake',
    version: '1',
    digest: 'ab'.repeat(32),
    segmentationMembers: 2,
    classificationMembers: 1,
    executionProvider: 'cpu',
  },
  costMatrix: 'costs 1',
  leaveOneDeviceOut: {
    'without-none': { heldOut: { errorOfDevice: { nidek: [0.04, 50], cirrus: [0, 9] } } },
    'without-nidek': { heldOut: { errorOfDevice: { nidek: [0.06, 50], cirrus: [0.1, 9] } } },
  },
  withoutTruth: ['stray.dcm'],
  notEvaluated: [],
};

/** Two predictions, the first as sure as given, the second undecided. */
function scan(
  name: string,
  truth: ReferralClass,
  decision: ReferralClass | null,
  more: Partial<EvaluatedScan> = {},
): EvaluatedScan {
  const sure = REFERRAL_CLASSES.map((one) => (one === (decision ?? truth) ? 0.7 : 0.1));
  return {
    name,
    device: 'heidelberg-spectralis',
    quality: { grade: 'excellent', failed: [] },
    truth: { referral: truth },
    decision,
    because: decision === null ? 'retina in 10 % of the A-scans' : 'least expected cost',
    reasons: decision === null ? ['N10 RETINA_NOT_FOUND'] : [],
    predictions: [sure, [0.25, 0.25, 0.25, 0.25]],
    likeness: { distance: 2, disagreement: 0.031 },
    segmentedAnyway: false,
    tissues: [],
    surfaces: [],
    seconds: 1,
    ...more,
  };
}

const SCANS = [
  scan('right', 'urgent', 'urgent'),
  scan('missed <b>', 'urgent', 'observation-only', {
    device: 'nidek',
    quality: { grade: 'poor', failed: ['Q01'] },
  }),
  scan('alarm', 'routine', 'semi-urgent', { device: 'nidek' }),
  scan('silent', 'routine', null, { predictions: [] }),
  scan('fluid', 'routine', 'routine', {
    tissues: [
      {
        tissue: 'intraretinal-fluid',
        both: 30,
        truth: 40,
        found: 60,
        truthNl: 4,
        foundNl: 6,
        memberNl: [5, 9],
        members: [
          { both: 20, found: 40 },
          { both: 10, found: 10 },
        ],
      },
    ],
    surfaces: [
      {
        surface: 'outer-bruch',
        truth: 100,
        found: 90,
        axialUm: 4,
        absoluteUm: 360,
        signedUm: -180,
        squaredRows: 360,
      },
    ],
  }),
];

describe('evaluation: the report', () => {
  const report = makeReport(HEAD, SCANS, COSTS);

  it('counts decisions by truth, with what was not assessed in a column of its own', () => {
    const { referral } = report.all;
    expect(referral.confusion).to.deep.equal([
      [1, 0, 0, 1, 0],
      [0, 0, 0, 0, 0],
      [0, 1, 1, 0, 1],
      [0, 0, 0, 0, 0],
    ]);
    expect(referral.error?.value).to.equal(2 / 4);
    expect([referral.underReferred, referral.overReferred]).to.deep.equal([1, 1]);
    expect(referral.notAssessed?.value).to.equal(1 / 5);
    // One urgent eye sent home (100), one routine eye called semi-urgent (1), of four decisions.
    expect(referral.meanCost).to.equal(101 / 4);
    expect(referral.urgentSensitivity?.value).to.equal(1 / 2);
    expect(referral.urgentSpecificity?.value).to.equal(1);
  });

  it('lists every scan that was not decided rightly', () => {
    expect(report.underReferred).to.deep.equal(['missed <b>']);
    expect(report.overReferred).to.deep.equal(['alarm']);
    expect(report.notAssessed).to.deep.equal(['silent']);
  });

  it('measures the ensemble against its members, devices and grades apart', () => {
    expect(report.ensemble?.errorOfMembers).to.have.length(2);
    expect(report.ensemble?.errorOfEnsemble).to.equal(2 / 4);
    expect(report.ensemble?.urgentAreaOfMembers[1]).to.equal(0.5);
    expect(report.byDevice.map(({ group, scans }) => [group, scans])).to.deep.equal([
      ['heidelberg-spectralis', 3],
      ['nidek', 2],
    ]);
    expect(report.byQuality.map(({ group }) => group)).to.deep.equal(['excellent', 'poor']);
    const [fluid] = report.all.classes;
    expect(fluid).to.deep.include({ dice: 0.6, volumeError: 0.5, memberErrorsNl: [1, 5] });
    // 2 × 20 / (40 + 40) and 2 × 10 / (40 + 10).
    expect(fluid?.memberDice).to.deep.equal([0.5, 0.4]);
    expect(report.all.surfaces[0]).to.deep.include({
      missed: 0.1,
      meanAbsoluteUm: 4,
      biasUm: -2,
      rmsRows: 2,
      rmsUm: 8,
    });
  });

  it('C11: tells both rates of each operating point, with intervals', () => {
    const points = new Map([
      ['screening', { name: 'costs', version: '1', costs: COSTS }],
      ['balanced', { name: 'even', version: '1', costs: COSTS }],
    ]);
    const decisions = (screening: ReferralClass, balanced: ReferralClass) => ({
      decisions: { screening, balanced },
    });
    const some = [
      scan('a', 'urgent', 'urgent', decisions('urgent', 'semi-urgent')),
      scan('b', 'routine', 'urgent', decisions('urgent', 'routine')),
      scan('c', 'routine', 'routine', decisions('routine', 'routine')),
    ];
    const both = makeReport(HEAD, some, COSTS, points);
    const [screening, balanced] = both.operatingPoints.map(({ referral }) => referral);
    expect([
      screening?.urgentSensitivity?.value,
      screening?.urgentSpecificity?.value,
    ]).to.deep.equal([1, 0.5]);
    expect([balanced?.urgentSensitivity?.value, balanced?.urgentSpecificity?.value]).to.deep.equal([
      0, 1,
    ]);
    expect(screening?.urgentSensitivity?.from).to.be.within(0.01, 0.99);
    expect(reportPage(both)).to.match(/balanced<.*even 1<.*0.0 % \(0.0 % to /);
  });

  it('says nothing where nothing is known', () => {
    const empty = makeReport(HEAD, [], COSTS);
    expect(empty.all.referral).to.deep.include({ error: null, meanCost: null, notAssessed: null });
    expect(empty.calibration).to.equal(null);
    expect(empty.ensemble).to.equal(null);
    expect(reportPage(empty)).to.contain('No scan has a true referral.');
    const unmeasured = reportPage({ ...empty, leaveOneDeviceOut: 'not measured' });
    expect(unmeasured).to.contain('The manifest of the model set does not say.');
  });

  it('is a page with plots and each wrong scan: device, quality, disagreement, reason, picture', () => {
    const page = reportPage(report, new Map([['missed <b>', Uint8Array.of(1, 2, 3)]]));
    expect(page.match(/<svg/g)).to.have.length(3);
    expect(page).to.contain('RESEARCH USE ONLY');
    expect(page).to.contain('A report &amp; more');
    expect(page).to.contain('missed &lt;b&gt;').and.not.to.contain('missed <b>');
    expect(page).to.contain('data:image/png;base64,AQID');
    const missed = page.slice(page.indexOf('<h3>missed'), page.indexOf('<h3>alarm'));
    for (const words of ['truth urgent', 'observation-only', 'nidek', 'poor (Q01)', '3.1 %']) {
      expect(missed, words).to.contain(words);
    }
    expect(page).to.contain('[N10 RETINA_NOT_FOUND]');
    expect(page).to.contain('stray.dcm: in no row of the table');
    // Only the device that was left out, against itself in training.
    expect(page)
      .to.match(/nidek<.*>50<.*>4.0 %<.*>6.0 %<.*>1.50</)
      .and.not.to.match(/cirrus<.*>9</);
    expect(page).not.to.match(/<script|https?:\/\/|NaN|undefined/);
  });
});
