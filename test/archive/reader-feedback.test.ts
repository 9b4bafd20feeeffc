import { expect } from 'chai';
import Database from 'better-sqlite3';
import type { Archive } from '../../src/archive/archive.js';
import { withReaderFeedback } from '../../src/archive/reader-feedback.js';
import { againstReaders } from '../../src/evaluation/agreement.js';
import { feedbackLabels, feedbackReport } from '../../src/evaluation/feedback-report.js';
import { parseTruthTable } from '../../src/evaluation/truth-table.js';
import { deterministicUid } from '../../src/dicom/uid.js';
import { REFERRAL_CLASSES, type ReferralClass } from '../../src/values/referral-class.js';
import { verdictOn, type Feedback, type FeedbackReason } from '../../src/values/reader-feedback.js';
import type { ReferralDecision } from '../../src/values/referral-decision.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive, optDataSet, resultObject } from './objects.js';
import { FIGURES, readScan } from './read-scan.js';

const idOf = (name: string) => deterministicUid('test acquisition', name);
const uidOf = (name: string) => optDataSet(name).text('SOPInstanceUID')!;

describe('archive: what readers say of the decisions', () => {
  const folder = temporaryFolder();
  let archive: Archive;
  let run = 0;
  const data = () => folder(`data ${run}`);

  beforeEach(() => {
    run += 1;
    archive = openTestArchive(data());
  });
  afterEach(() => archive.close());

  const add = (scan: string, feedback: Feedback) => archive.readerFeedback.add(scan, feedback);

  it('C12: fifty labels give the two tables, with counts for each reason', async () => {
    // Decision and truth go through all sixteen pairs; every tenth scan is not assessed.
    const reasons: FeedbackReason[] = ['lesion-missed', 'coexisting-disease', 'image-quality'];
    const expected = { fn: [] as string[], fp: [] as string[], agreed: 0, assessable: 0 };
    for (let i = 0; i < 50; i++) {
      const right = REFERRAL_CLASSES[i % 4]!;
      const decided = i % 10 === 9 ? undefined : REFERRAL_CLASSES[Math.floor(i / 4) % 4]!;
      const verdict = verdictOn(decided, right);
      await readScan(archive, `scan ${i}`, {
        decision: decided ?? 'QUALITY_INSUFFICIENT',
        grade: i % 2 === 0 ? 'poor' : 'excellent',
        figures: {
          ...FIGURES,
          failedCriteria: i % 2 === 0 ? ['Q01'] : [],
          disagreementNl: i,
          measures: { disagreement: i / 1000, distance: 1 + i / 10 },
        },
      });
      await add(idOf(`scan ${i}`), {
        verdict,
        reader: 'reader-1',
        ...(verdict !== 'agree' && { referral: right, reason: reasons[i % 3] }),
      });
      if (verdict === 'under-referred') expected.fn.push(uidOf(`scan ${i}`));
      else if (verdict === 'over-referred') expected.fp.push(uidOf(`scan ${i}`));
      else if (verdict === 'agree') expected.agreed += 1;
      else expected.assessable += 1;
    }
    const all = await archive.readerFeedback.all();
    const report = feedbackReport(all);
    const { falseNegatives, falsePositives } = report;
    expect(report.scans).to.equal(50);
    expect(report.agreed).to.equal(expected.agreed);
    expect(report.assessable.scans).to.have.length(expected.assessable);
    expect(falseNegatives.scans.map(({ scan }) => scan)).to.have.members(expected.fn);
    expect(falsePositives.scans.map(({ scan }) => scan)).to.have.members(expected.fp);
    expect(expected.fn.length * expected.fp.length).to.be.above(100);
    for (const { scans, reasons: counts } of [falseNegatives, falsePositives]) {
      expect(counts.map(({ reason }) => reason)).to.have.members(reasons);
      expect(counts.reduce((sum, { count }) => sum + count, 0)).to.equal(scans.length);
      for (const { reason, count } of counts) {
        expect(scans.filter((one) => one.reason === reason)).to.have.length(count);
      }
    }
    const decided = expected.fn.length + expected.fp.length + expected.agreed;
    expect(report.underReferred?.value).to.equal(expected.fn.length / decided);
    // Device, quality, disagreement, reason: all in the row.
    const [row] = falseNegatives.scans.filter(({ scan }) => scan === uidOf('scan 4'));
    expect(row).to.deep.equal({
      scan: uidOf('scan 4'),
      decision: 'semi-urgent',
      right: 'urgent',
      reason: 'coexisting-disease',
      callingAeTitle: 'SCANNER',
      device: FIGURES.profile,
      grade: 'poor',
      failedCriteria: ['Q01'],
      disagreement: 0.004,
      disagreementNl: 4,
      distance: 1.4,
      readers: ['reader-1'],
    });
    const labels = parseTruthTable(feedbackLabels(all));
    expect(labels).to.have.length(50);
    expect(labels.map(({ scan, referral }) => `${scan} ${referral}`)).to.include(
      `${uidOf('scan 4')} urgent`,
    );
  });

  it('names a scan by its id, its first instance or its report, and nothing else', async () => {
    const { acquisition } = await readScan(archive, 'named');
    const agree = (reader: string): Feedback => ({ verdict: 'agree', reader });
    await add(acquisition.id, agree('a'));
    await add(uidOf('named'), agree('b'));
    await add(resultObject('named').sopInstanceUid, agree('c'));
    const [judged] = await archive.readerFeedback.all();
    expect(judged?.feedback.map(({ reader, referral }) => [reader, referral])).to.deep.equal([
      ['a', 'routine'],
      ['b', 'routine'],
      ['c', 'routine'],
    ]);
    expect(await codeOf(add('1.2.3', agree('a')))).to.equal('OCT_FEEDBACK_SCAN_UNKNOWN');
  });

  it('refuses a verdict that its own class contradicts, one without a reason, and a name', async () => {
    await readScan(archive, 'checked');
    const reason = 'lesion-missed';
    const wrong: Feedback[] = [
      // The words swapped: the false negative would stand among the false positives.
      { verdict: 'over-referred', referral: 'urgent', reason, reader: 'a' },
      { verdict: 'agree', referral: 'urgent', reader: 'a' },
      { verdict: 'not-assessable', referral: 'urgent', reason, reader: 'a' },
      { verdict: 'under-referred', reason, reader: 'a' },
      { verdict: 'under-referred', referral: 'urgent', reader: 'a' },
      { verdict: 'agree', reader: 'Canary Patient' },
    ];
    for (const one of wrong) {
      expect(await codeOf(add(idOf('checked'), one)), JSON.stringify(one)).to.equal(
        'OCT_FEEDBACK_INVALID',
      );
    }
    expect(await archive.readerFeedback.all()).to.deep.equal([]);
  });

  it('the last word of a reader counts, and a scan whose readers contradict each other counts nowhere', async () => {
    await readScan(archive, 'disputed');
    const under: Feedback = {
      verdict: 'under-referred',
      referral: 'urgent',
      reason: 'lesion-missed',
      reader: 'first',
    };
    await add(idOf('disputed'), under);
    await add(idOf('disputed'), { verdict: 'agree', reader: 'second' });
    const disputed = await archive.readerFeedback.all();
    expect(feedbackReport(disputed)).to.deep.include({
      scans: 0,
      contested: [uidOf('disputed')],
    });
    expect(parseTruthTable(feedbackLabels(disputed))).to.deep.equal([]);
    await add(idOf('disputed'), { ...under, reader: 'second' });
    const { falseNegatives, contested } = feedbackReport(await archive.readerFeedback.all());
    expect(contested).to.deep.equal([]);
    expect(falseNegatives.scans.map(({ readers }) => readers)).to.deep.equal([['first', 'second']]);
  });

  it('survives the node, outlives the study, is never changed, and is on the scan’s timeline', async () => {
    await readScan(archive, 'kept');
    // As a command of the operator gives it, beside the node.
    await withReaderFeedback(data(), (all) =>
      all.add(idOf('kept'), { verdict: 'agree', reader: 'a' }),
    );
    const events = await archive.events.timeline(uidOf('kept'));
    expect(events.map(({ what }) => what)).to.include('judged');
    await archive.close();
    const database = new Database(`${data()}/ledger.sqlite`);
    expect(() => database.exec("UPDATE reader_feedback SET verdict = 'other'")).to.throw('append');
    expect(() => database.exec('DELETE FROM reader_feedback')).to.throw('append');
    database.exec('DELETE FROM result; DELETE FROM workitem; DELETE FROM reading;');
    database.exec('DELETE FROM acquisition_instance; DELETE FROM acquisition;');
    database.close();
    archive = openTestArchive(data());
    const [judged] = await archive.readerFeedback.all();
    expect(judged?.feedback[0]).to.deep.include({ verdict: 'agree', reader: 'a' });
  });

  it('C19: tells which of two sets the readers would follow', () => {
    const decided = (referral: ReferralClass): ReferralDecision => ({
      kind: 'assessed',
      referral,
      probabilities: [0.4, 0.3, 0.2, 0.1],
      spread: [0, 0, 0, 0],
      costMatrix: 'costs 1',
      because: 'test',
    });
    const pairs = [
      { name: 'one', a: decided('routine'), b: decided('urgent') },
      { name: 'two', a: decided('urgent'), b: decided('semi-urgent') },
      { name: 'three', a: decided('urgent'), b: { kind: 'not-assessed', reasons: [] } as const },
      { name: 'unjudged', a: decided('urgent'), b: decided('routine') },
    ];
    const right = new Map<string, ReferralClass>([
      ['one', 'urgent'],
      ['two', 'semi-urgent'],
      ['three', 'urgent'],
    ]);
    expect(againstReaders(pairs, right)).to.deep.equal({
      scans: 3,
      a: { right: 1, underReferred: 1, overReferred: 1, notAssessed: 0 },
      b: { right: 2, underReferred: 0, overReferred: 0, notAssessed: 1 },
    });
    expect(againstReaders(pairs, new Map())).to.equal(null);
  });
});

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as { code?: unknown } | undefined)?.code;
}
