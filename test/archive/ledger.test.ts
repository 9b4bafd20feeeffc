import { expect } from 'chai';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { ArchiveError } from '../../src/archive/errors.js';
import { Ledger, type LedgerConnection } from '../../src/archive/ledger/ledger.js';
import { MIGRATIONS } from '../../src/archive/ledger/migrations.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('archive: ledger', () => {
  const folder = temporaryFolder();
  let ledger: Ledger;

  before(() => {
    ledger = Ledger.open(folder('ledger.sqlite'));
  });
  after(() => ledger.close());

  const note = (tx: LedgerConnection, what: string) =>
    tx
      .insertInto('event')
      .values({
        at: 1,
        subject_kind: 'archive',
        subject_uid: 'x',
        what,
        reason: null,
        detail: null,
      })
      .execute();
  const notes = async (prefix: string) => {
    const rows = await ledger.reader
      .selectFrom('event')
      .select('what')
      .where('what', 'like', `${prefix}%`)
      .execute();
    return rows.map(({ what }) => what);
  };

  it('commits what waits in one transaction', async () => {
    const before = { ...ledger.statistics };
    const jobs = Array.from({ length: 200 }, (_, index) =>
      ledger.write((tx) => note(tx, `group ${index}`)),
    );
    await Promise.all(jobs);
    expect(await notes('group')).to.have.length(200);
    expect(ledger.statistics.jobs - before.jobs).to.equal(200);
    expect(ledger.statistics.transactions - before.transactions).to.be.at.most(2);
  });

  it('undoes a job that fails, alone', async () => {
    const results = await Promise.allSettled([
      ledger.write((tx) => note(tx, 'alone 1')),
      ledger.write(async (tx) => {
        await note(tx, 'alone 2');
        throw new Error('on purpose');
      }),
      ledger.write((tx) => note(tx, 'alone 3')),
    ]);
    expect(results.map(({ status }) => status)).to.deep.equal([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await notes('alone')).to.deep.equal(['alone 1', 'alone 3']);
  });

  it('refuses all jobs of a transaction that SQLite has given up', async () => {
    const results = await Promise.allSettled([
      ledger.write((tx) => note(tx, 'whole 1')),
      // What SQLite does by itself when the disk is full.
      ledger.write(async (tx) => {
        await sql`ROLLBACK`.execute(tx);
        throw new Error('disk full');
      }),
      ledger.write((tx) => note(tx, 'whole 3')),
    ]);
    for (const result of results) {
      expect(result.status).to.equal('rejected');
      expect((result as PromiseRejectedResult).reason).to.have.property(
        'code',
        'OCT_LEDGER_COMMIT',
      );
    }
    expect(await notes('whole')).to.deep.equal([]);
    await ledger.write((tx) => note(tx, 'whole after'));
    expect(await notes('whole')).to.deep.equal(['whole after']);
  });

  it('shows readers only what is committed', async () => {
    let seen: string[] = ['not asked'];
    await ledger.write(async (tx) => {
      await note(tx, 'unseen');
      seen = await notes('unseen');
    });
    expect(seen).to.deep.equal([]);
    expect(await notes('unseen')).to.deep.equal(['unseen']);
  });

  it('keeps events as they were written', async () => {
    await ledger.write((tx) => note(tx, 'history'));
    for (const change of [
      (tx: LedgerConnection): Promise<unknown> =>
        tx.updateTable('event').set({ what: 'other' }).execute(),
      (tx: LedgerConnection): Promise<unknown> => tx.deleteFrom('event').execute(),
    ]) {
      const error = await ledger.write(change).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(String(error)).to.include('append-only');
    }
  });

  it('takes no job after it was closed', async () => {
    const other = Ledger.open(folder('closed.sqlite'));
    const last = other.write((tx) => note(tx, 'last'));
    await other.close();
    await last;
    const error = await other.write((tx) => note(tx, 'late')).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ArchiveError).with.property('code', 'OCT_LEDGER_CLOSED');
  });

  it('refuses a ledger of a newer version', () => {
    const path = folder('newer.sqlite');
    const database = new Database(path);
    database.pragma('user_version = 1000');
    database.close();
    expect(() => Ledger.open(path)).to.throw(ArchiveError, 'OCT_LEDGER_NEWER');
  });

  it('has migrations that are numbered in order', () => {
    const versions = MIGRATIONS.map(({ version }) => version);
    expect(versions).to.deep.equal([...new Set(versions)].sort((a, b) => a - b));
  });
});
