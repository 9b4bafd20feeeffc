import { expect } from 'chai';
import type { Archive } from '../../src/archive/archive.js';
import { bestScan } from '../../src/referral/best-scan.js';
import { deterministicUid } from '../../src/dicom/uid.js';
import type { ScanReading } from '../../src/values/scan-reading.js';
import type { ClaimedWorkitem } from '../../src/values/workitem.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive, optDataSet, scheduleScan } from './objects.js';

const STUDY = optDataSet('any').text('StudyInstanceUID')!;

describe('archive: what was read of each scan, and which stands for its eye', () => {
  const folder = temporaryFolder();
  let archive: Archive;
  before(() => {
    archive = openTestArchive(folder('data'));
  });
  after(() => archive.close());

  async function readScan(name: string, changes: Partial<ScanReading>): Promise<ClaimedWorkitem> {
    await scheduleScan(archive, name);
    const claim = (await archive.workitems.claim({ owner: 'test', leaseMs: 60_000 }))!;
    const { id, revision, instances } = claim.acquisition;
    const scan: ScanReading = {
      acquisitionId: id,
      revision,
      sopInstanceUid: instances[0]!.sopInstanceUid,
      receivedAt: instances[0]!.receivedAt,
      laterality: 'R',
      grade: 'acceptable',
      decision: 'routine',
      device: 'matched Test because of the test; not Other because of the model',
      ...changes,
    };
    const reading = { scan, choose: bestScan };
    await archive.workitems.complete(claim, { results: [], destinations: [], reading });
    return claim;
  }
  const idOf = (name: string) => deterministicUid('test acquisition', name);
  const chosen = async () => (await archive.readings.choiceOf(STUDY, 'R'))?.acquisitionId;

  it('a workitem is given the scans of its study that were read before', async () => {
    expect((await readScan('first', {})).otherScans).to.deep.equal([]);
    expect(await chosen()).to.equal(idOf('first'));
    const second = await readScan('second', { grade: 'excellent' });
    expect(second.otherScans.map(({ acquisitionId }) => acquisitionId)).to.deep.equal([
      idOf('first'),
    ]);
  });

  it('the better scan takes the place, a worse one and the other eye do not', async () => {
    expect(await chosen()).to.equal(idOf('second'));
    await readScan('third', { grade: 'poor' });
    await readScan('left', { grade: 'excellent', laterality: 'L' });
    await readScan('no volume', { laterality: undefined, grade: undefined });
    expect(await archive.readings.choiceOf(STUDY, 'R')).to.deep.equal({
      acquisitionId: idOf('second'),
      because: 'best of 3 scans of this eye in the study: quality excellent against acceptable',
    });
    expect(await archive.readings.ofStudy(STUDY)).to.have.length(5);
  });

  it('each change of the choice, and the words of the device match, are on record', async () => {
    const events = await archive.events.latest(20, 'chosen', 'read');
    const chosenNow = events.filter(({ what }) => what === 'chosen');
    expect(chosenNow.map(({ subjectUid }) => subjectUid)).to.have.members(
      ['first', 'second', 'left'].map(idOf),
    );
    expect((await archive.readings.find(idOf('first')))?.device).to.include('not Other because');
  });
});
