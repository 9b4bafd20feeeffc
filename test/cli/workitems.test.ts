import { expect } from 'chai';
import type { Archive } from '../../src/archive/archive.js';
import { cleanEnvironment } from '../../fixtures/node-process.js';
import { openTestArchive, scheduleScan } from '../archive/objects.js';
import { MAIN } from '../support/main.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('octriage workitems: the queue beside a running node', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let archive: Archive;
  let [first, second] = ['', ''];
  const octriage = (...args: readonly string[]) =>
    run(process.execPath, [MAIN, 'workitems', ...args], {
      env: { ...cleanEnvironment(), OCTRIAGE_DATA_DIR: folder('data') },
    });
  const claim = async () =>
    (await archive.workitems.claim({ owner: 'worker', leaseMs: 1e6 }))?.workitemUid;

  before(async () => {
    archive = openTestArchive(folder('data'));
    first = await scheduleScan(archive, 'first');
    second = await scheduleScan(archive, 'second');
  });
  after(() => archive.close());

  it('list: what waits; as JSON the same', async () => {
    const { code, stdout } = await octriage();
    expect(code).to.equal(0);
    expect(stdout).to.match(new RegExp(`${first} from \\S+ since \\S+: waits`));
    const { workitems } = JSON.parse((await octriage('list', '--json')).stdout) as {
      workitems: { uid: string; priority: number }[];
    };
    expect(workitems.map(({ uid, priority }) => [uid, priority])).to.deep.equal([
      [first, 0],
      [second, 0],
    ]);
  });

  it('first: says why, and the next worker takes it before the older one', async () => {
    expect((await octriage('first', second)).code).to.equal(2);
    const { code, stdout } = await octriage('first', second, '--reason', 'the patient waits');
    expect([code, stdout]).to.deep.equal([
      0,
      `${second} has that priority, and so will its results\n`,
    ]);
    expect((await octriage()).stdout).to.include('waits, priority 1');
    expect(await claim()).to.equal(second);
    const event = await archive.ledger.reader
      .selectFrom('event')
      .select('reason')
      .where('subject_uid', '=', second)
      .where('what', '=', 'prioritised')
      .executeTakeFirst();
    expect(event).to.deep.equal({ reason: 'the patient waits' });
  });

  it('release: a held one goes on; one that is not held is refused by name', async () => {
    const item = (await archive.workitems.claim({ owner: 'worker', leaseMs: 1e6 }))!;
    await archive.workitems.fail(item, 'cannot be read', { hold: true });
    expect((await octriage()).stdout).to.include('held after 1 attempts: cannot be read');
    expect((await octriage('release', first)).code).to.equal(0);
    const again = await octriage('release', first, '--json');
    expect(again.code).to.equal(1);
    expect(JSON.parse(again.stdout)).to.have.nested.property(
      'refused[0].code',
      'OCT_WORKITEM_STATE',
    );
    expect(await claim()).to.equal(first);
  });

  it('cancel: for good', async () => {
    expect((await octriage('cancel', first, '--reason', 'wrong patient')).code).to.equal(0);
    expect((await archive.workitemView.find(first))?.state).to.equal('CANCELED');
    expect((await octriage('cancel', first, '--reason', 'again')).code).to.equal(1);
  });
});
