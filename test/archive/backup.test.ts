import { expect } from 'chai';
import { existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Archive } from '../../src/archive/archive.js';
import { backUpLedger, backupName, pruneBackups, restoreLedger } from '../../src/archive/backup.js';
import { rebuildLedger } from '../../src/archive/rebuild.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive, optDataSet, sendObject } from './objects.js';

describe('archive: backup, restore and rebuild of the ledger', () => {
  const folder = temporaryFolder();
  let archive: Archive | undefined;
  let data = '';
  let backup = '';
  let run = 0;

  beforeEach(() => {
    run += 1;
    data = folder(`data ${run}`);
    backup = folder(`backup ${run}.sqlite`);
    archive = openTestArchive(data);
  });
  afterEach(close);

  async function close(): Promise<void> {
    await archive?.close();
    archive = undefined;
  }

  async function receive(...names: readonly string[]): Promise<string[]> {
    const uids = [];
    for (const name of names) {
      const { instance } = await sendObject(archive!, optDataSet(name));
      uids.push(instance!.sopInstanceUid);
    }
    return uids;
  }

  /** Which of these are on record, and have their file. */
  async function onRecord(uids: readonly string[]): Promise<string[]> {
    archive ??= openTestArchive(data);
    const found = [];
    for (const uid of uids) {
      const instance = await archive.instances.find(uid);
      if (instance !== undefined && existsSync(instance.path)) found.push(uid);
    }
    return found;
  }

  it('a backup is taken while the ledger is written, and brings everything back', async () => {
    const early = await receive('a', 'b');
    const writing = receive('c', 'd', 'e');
    await backUpLedger(data, backup);
    const late = await writing;
    await close();
    writeFileSync(join(data, 'ledger.sqlite'), 'destroyed');
    const replaced = await restoreLedger(data, backup, Date.parse('2026-01-02T03:04:05Z'));
    expect(replaced).to.equal('ledger-replaced-20260102T030405Z.sqlite');
    expect(existsSync(join(data, replaced!))).to.equal(true);
    expect(await onRecord(early)).to.deep.equal(early);
    const { added, known, left } = await rebuildLedger(archive!);
    expect([added + known, left]).to.deep.equal([5, []]);
    expect(await onRecord([...early, ...late])).to.deep.equal([...early, ...late]);
    expect((await archive!.recover()).missing).to.deep.equal([]);
  });

  it('what was received after the backup is put on record by its file, and waits to be read', async () => {
    await receive('before');
    await backUpLedger(data, backup);
    const [uid] = await receive('after');
    const original = await archive!.instances.find(uid!);
    await close();
    await restoreLedger(data, backup);
    archive = openTestArchive(data);
    expect(await rebuildLedger(archive)).to.deep.equal({ added: 1, known: 1, left: [] });
    const { receivedAt, ...rebuilt } = (await archive.instances.find(uid!))!;
    const { receivedAt: then, ...expected } = original!;
    expect(rebuilt).to.deep.equal({ ...expected, peerAddress: '' });
    expect(Math.abs(Date.parse(receivedAt) - Date.parse(then))).to.be.below(5000);
    const waiting = await archive.instances.unassembled();
    expect(waiting.map(({ sopInstanceUid }) => sopInstanceUid)).to.include(uid);
    expect(await archive.recover()).to.include({ quarantined: 0, discarded: 0 });
    expect(await rebuildLedger(archive), 'a second time').to.deep.include({ added: 0, known: 2 });
  });

  it('a ledger that is lost altogether is rebuilt; what is no DICOM file is named and left', async () => {
    const uids = await receive('a', 'b', 'c');
    const [, , third] = uids;
    const { path } = (await archive!.instances.find(third!))!;
    await close();
    for (const name of readdirSync(data)) if (name.startsWith('ledger')) rmSync(join(data, name));
    truncateSync(path, 100);
    archive = openTestArchive(data);
    const { added, left } = await rebuildLedger(archive);
    expect(added).to.equal(2);
    expect(left).to.have.length(1);
    expect(left[0]?.reason).to.equal('cannot be read (OCT_DICOM_NOT_PART10)');
    expect(await onRecord(uids)).to.deep.equal(uids.slice(0, 2));
  });

  it('is refused while a node runs, and where the file is no backup; then nothing is touched', async () => {
    const uids = await receive('a');
    await backUpLedger(data, backup);
    await refused(restoreLedger(data, backup), 'OCT_ARCHIVE_IN_USE');
    await close();
    writeFileSync(
      folder('no backup'),
      'no backup at all, but longer than a header of SQLite '.repeat(9),
    );
    await refused(restoreLedger(data, folder('no backup')), 'OCT_BACKUP_UNUSABLE');
    await refused(restoreLedger(data, folder('nowhere')), 'OCT_BACKUP_UNUSABLE');
    truncateSync(backup, 40_960);
    await refused(restoreLedger(data, backup), 'OCT_BACKUP_UNUSABLE');
    await refused(backUpLedger(folder('nowhere'), backup), 'OCT_BACKUP_SOURCE');
    expect(await onRecord(uids)).to.deep.equal(uids);
  });

  it('keeps the newest backups and touches no other file', async () => {
    const backups = folder('backups');
    const names = [1, 2, 3, 4].map((day) => backupName(Date.UTC(2026, 0, day)));
    for (const name of names) await backUpLedger(data, join(backups, name));
    writeFileSync(join(backups, 'notes.txt'), '');
    expect(await pruneBackups(backups, 2)).to.deep.equal(names.slice(0, 2));
    expect(readdirSync(backups).sort()).to.deep.equal([...names.slice(2), 'notes.txt']);
  });
});

async function refused(doing: Promise<unknown>, code: string): Promise<void> {
  const error: unknown = await doing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).to.have.property('code', code);
}
