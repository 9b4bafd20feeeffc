import { expect } from 'chai';
import Database from 'better-sqlite3';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Archive } from '../../src/archive/archive.js';
import { FILES_IN_BACKUP } from '../../src/archive/backup-files.js';
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
    const now = Date.parse('2026-01-02T03:04:05Z');
    const { replaced } = await restoreLedger(data, backup, now);
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

  const CHOSEN = {
    'installation.uid': '2.25.4711\n',
    'tables.json': '{ "callers": ["SCANNER"] }\n',
    'model-sets.json': '{ "active": "/models/ours" }\n',
  };
  const names = Object.keys(CHOSEN);
  const contents = () => names.map((name) => readFileSync(join(data, name), 'utf8'));

  it('a backup holds tables.json, model-sets.json and installation.uid; a restore puts back what is missing', async () => {
    expect(FILES_IN_BACKUP).to.have.members(names);
    for (const [name, content] of Object.entries(CHOSEN)) writeFileSync(join(data, name), content);
    const [uid] = await receive('a');
    await backUpLedger(data, backup);
    await close();
    const beside = readdirSync(dirname(backup)).filter((name) => name.startsWith(basename(backup)));
    expect(beside, 'one file').to.deep.equal([basename(backup)]);
    rmSync(data, { recursive: true });
    mkdirSync(data);
    const restored = await restoreLedger(data, backup);
    expect(restored).to.deep.equal({ replaced: undefined, files: names });
    expect(contents()).to.deep.equal(Object.values(CHOSEN));
    archive = openTestArchive(data);
    expect((await archive.instances.find(uid!))?.sopInstanceUid).to.equal(uid);
    await close();
    const ledger = new Database(join(data, 'ledger.sqlite'), { readonly: true });
    const packed = ledger.prepare("SELECT 1 FROM sqlite_master WHERE name = 'backup_file'").get();
    ledger.close();
    expect(packed, 'not in the ledger').to.equal(undefined);
  });

  it('a restore leaves what was changed since the backup, and takes backups that hold no files', async () => {
    for (const [name, content] of Object.entries(CHOSEN)) writeFileSync(join(data, name), content);
    await backUpLedger(data, backup);
    await close();
    writeFileSync(join(data, 'tables.json'), '{}');
    rmSync(join(data, 'model-sets.json'));
    expect((await restoreLedger(data, backup)).files).to.deep.equal(['model-sets.json']);
    const { 'installation.uid': uid, 'model-sets.json': sets } = CHOSEN;
    expect(contents()).to.deep.equal([uid, '{}', sets]);
    const older = new Database(backup);
    older.exec('DROP TABLE backup_file');
    older.close();
    rmSync(join(data, 'tables.json'));
    expect((await restoreLedger(data, backup, Date.now() + 1000)).files).to.deep.equal([]);
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
