import { expect } from 'chai';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import type { Archive } from '../../src/archive/archive.js';
import { ArchiveError } from '../../src/archive/errors.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import {
  openTestArchive,
  optDataSet,
  request,
  resultObject,
  scheduleScan,
  sendObject,
} from './objects.js';

describe('archive: recovery', () => {
  const folder = temporaryFolder();
  let archive: Archive;
  let run = 0;

  beforeEach(() => {
    run += 1;
    archive = openTestArchive(folder(`data ${run}`));
  });
  afterEach(() => archive.close());

  async function restart(): Promise<void> {
    await archive.close();
    archive = openTestArchive(folder(`data ${run}`));
  }

  it('discards transfers that were not finished', async () => {
    const reception = await archive.receive(request(optDataSet('half')));
    await reception.write([encodeDataSet(optDataSet('half')).subarray(0, 100)]);
    await restart();
    expect(await archive.recover()).to.include({ discarded: 1, quarantined: 0 });
    expect(readdirSync(archive.folder.folder('incoming'))).to.deep.equal([]);
    await reception.abandon('test is over').catch(() => undefined);
  });

  it('sets aside a file whose row was not committed, and touches no other', async () => {
    const { instance } = await sendObject(archive, optDataSet('kept'));
    const orphan = join(instance!.path, '..', '00000000-0000-0000-0000-000000000000.dcm');
    writeFileSync(orphan, 'never acknowledged');
    await restart();
    expect(await archive.recover()).to.include({ discarded: 0, quarantined: 1 });
    expect(existsSync(orphan)).to.equal(false);
    expect(existsSync(instance!.path)).to.equal(true);
    const [event] = await archive.events.latest(1, 'quarantined');
    expect(existsSync(archive.folder.absolute(event!.subjectUid))).to.equal(true);
    expect(await archive.recover()).to.include({ discarded: 0, quarantined: 0 });
  });

  it('tells of a row whose file is gone', async () => {
    const { instance } = await sendObject(archive, optDataSet('gone'));
    rmSync(instance!.path);
    await restart();
    expect((await archive.recover()).missing).to.deep.equal([instance!.sopInstanceUid]);
    const [event] = await archive.events.latest(1, 'missing');
    expect(event?.subjectUid).to.equal(instance!.sopInstanceUid);
  });

  it('finds what was acknowledged but not assembled', async () => {
    const { instance } = await sendObject(archive, optDataSet('unassembled'));
    await restart();
    await archive.recover();
    expect(await archive.instances.unassembled()).to.deep.equal([instance]);
    await archive.acquisitions.record(instance!.sopInstanceUid, {
      kind: 'not-input',
      reason: 'test',
    });
    expect(await archive.instances.unassembled()).to.deep.equal([]);
    expect(await archive.instances.assemblyOf(instance!.sopInstanceUid)).to.deep.equal({
      state: 'not-input',
      reason: 'test',
    });
  });

  it('R31: schedules again what a worker of the last run had in hand, and does not blame the scan', async () => {
    await scheduleScan(archive, 'in hand');
    for (let kill = 1; kill <= 5; kill += 1) {
      const claim = await archive.workitems.claim({ owner: 'worker', leaseMs: 3_600_000 });
      expect(claim).to.include({ attempt: 1, interrupted: kill - 1 });
      await restart();
      expect(await archive.recover()).to.include({ interruptedWorkitems: 1 });
    }
  });

  it('sends again, as ambiguous, what was being sent', async () => {
    await scheduleScan(archive, 'sending');
    const claim = (await archive.workitems.claim({ owner: 'worker', leaseMs: 1000 }))!;
    const result = await archive.results.admit(resultObject('sending'));
    await archive.workitems.complete(claim, { results: [result], destinations: ['PACS'] });
    expect(await archive.outbox.claim('PACS')).to.have.length(1);
    expect(await archive.outbox.claim('PACS')).to.have.length(0);
    await restart();
    expect(await archive.recover()).to.include({ interruptedDeliveries: 1, discarded: 0 });
    const [again] = await archive.outbox.claim('PACS');
    expect(again).to.include({ ambiguousAttempts: 1, attempt: 2, path: result.path });
  });

  it('discards a result whose workitem was not completed', async () => {
    const result = await archive.results.admit(resultObject('too early'));
    await restart();
    expect(await archive.recover()).to.include({ discarded: 1 });
    expect(existsSync(result.path)).to.equal(false);
  });

  it('lets one gateway only into a data folder', () => {
    expect(() => openTestArchive(folder(`data ${run}`))).to.throw(
      ArchiveError,
      'OCT_ARCHIVE_IN_USE',
    );
  });
});
