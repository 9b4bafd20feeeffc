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
  const claim = async () => (await archive.workitems.claim({ owner: 'worker', leaseMs: 1e6 }))!;

  before(async () => {
    archive = openTestArchive(folder('data'));
    first = await scheduleScan(archive, 'first');
    second = await scheduleScan(archive, 'second');
  });
  after(() => archive.close());

  it('list: what waits', async () => {
    const { code, stdout } = await octriage();
    expect(code).to.equal(0);
    expect(stdout).to.match(new RegExp(`${first} from \\S+ since \\S+: waits\n`));
    expect(stdout).to.match(new RegExp(`${second} from \\S+ since \\S+: waits\n`));
  });

  it('first: says why, and the next worker takes it before the older one', async () => {
    expect((await octriage('first', second)).code).to.equal(2);
    const { code, stdout } = await octriage('first', second, '--reason', 'the patient waits');
    expect([code, stdout]).to.deep.equal([
      0,
      `${second} has that priority, and so will its results\n`,
    ]);
    const item = await claim();
    expect(item.workitemUid).to.equal(second);
    const progress = { percent: 41.6, description: 'inference' };
    await archive.workitems.heartbeat(item, 1e6, progress);
    const event = await archive.ledger.reader
      .selectFrom('event')
      .select('reason')
      .where('subject_uid', '=', second)
      .where('what', '=', 'prioritised')
      .executeTakeFirst();
    expect(event?.reason).to.match(/^\S+, command line: the patient waits$/);
  });

  it('list: what is in hand, how far it is in percent, and what is held; release lets that go on', async () => {
    await archive.workitems.fail(await claim(), 'cannot be read', { hold: true });
    const { stdout } = await octriage();
    expect(stdout).to.include('held after 1 attempts: cannot be read');
    expect(stdout).to.include('in hand of worker, 42 % inference, priority 1');
    const { workitems } = JSON.parse((await octriage('list', '--json')).stdout) as {
      workitems: object[];
    };
    expect(workitems[0]).to.include({ uid: second, progress: 42, held: false, priority: 1 });
    expect(workitems[1]).to.include({ uid: first, held: true, priority: 0 });
    const one = await octriage('release', first, second, '--json');
    expect(one.code).to.equal(1);
    const { count, refused } = JSON.parse(one.stdout) as { count: number; refused: object[] };
    expect([count, refused.length]).to.deep.equal([1, 1]);
    expect(refused[0]).to.include({ uid: second, code: 'OCT_WORKITEM_STATE' });
    expect((await claim()).workitemUid).to.equal(first);
  });

  it('cancel: for good', async () => {
    const { code, stdout } = await octriage('cancel', first, '1.2.3', '--reason', 'wrong patient');
    expect(code, 'one of the two is not there').to.equal(1);
    expect(stdout).to.include(`${first} is cancelled for good`);
    expect((await archive.workitemView.find(first))?.state).to.equal('CANCELED');
  });
});
