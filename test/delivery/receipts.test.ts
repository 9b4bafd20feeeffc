import { expect } from 'chai';
import { VerificationRunner, MOST_ANSWERS } from '../../src/delivery/verification-runner.js';
import { standstills } from '../../src/delivery/watchdog.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { all, BACK_OFF, DOWN, OutboxHarness, SUCCESS } from './outbox-harness.js';

describe('delivery: what became of it', () => {
  const folder = temporaryFolder();
  let run = 0;
  let harness: OutboxHarness;
  let verifier: VerificationRunner | undefined;
  beforeEach(() => {
    run += 1;
    harness = new OutboxHarness(folder(`receipts ${run}`));
  });
  afterEach(async () => {
    await verifier?.stop();
    await harness.close();
  });

  async function verified(answers: (asked: number) => 'yes' | 'no' | 'down') {
    let asked = 0;
    const missing: string[] = [];
    verifier = new VerificationRunner({
      verifications: harness.archive.verifications,
      backOff: { ...BACK_OFF, initialMs: 5, maxMs: 5 },
      query(_, objects) {
        asked += 1;
        const answer = answers(asked);
        if (answer === 'down') return Promise.reject(new Error('down'));
        const held = answer === 'yes' ? objects.map((one) => one.sopInstanceUid) : [];
        return Promise.resolve(new Set(held));
      },
      onMissing: (_, uids) => missing.push(...uids),
    });
    await harness.queue('verified', ['PACS']);
    harness.start([{ name: 'PACS', verify: 'query' }], { onSettled: () => verifier?.notify() });
    await harness.until(async () => {
      const [delivery] = await harness.archive.outbox.list();
      return ['verified', 'failed'].includes(delivery?.verification ?? '');
    });
    const [delivery] = await harness.archive.outbox.list();
    return { delivery: delivery!, asked, missing };
  }

  it('R34: delivered and verified are two states; who does not answer or has not indexed is asked again', async () => {
    const { delivery, asked } = await verified((n) => (n < 3 ? 'down' : n < 5 ? 'no' : 'yes'));
    expect(delivery).to.include({ state: 'delivered', verification: 'verified' });
    expect(delivery.verificationReason).to.equal(undefined);
    expect(asked).to.equal(5);
  });

  it('R6: says where a destination answered Success and does not have it', async () => {
    const { delivery, asked, missing } = await verified(() => 'no');
    expect(delivery).to.include({ state: 'delivered', verification: 'failed' });
    expect(delivery.verificationReason).to.contain('OCT_DELIVERY_NOT_VERIFIED');
    expect(asked).to.equal(MOST_ANSWERS);
    expect(missing).to.deep.equal([delivery.sopInstanceUid]);
    expect(await harness.archive.deliveries.replay({ destination: 'PACS' })).to.equal(1);
  });

  it('R33: groups what failed by destination and cause, and replays one, a group or all', async () => {
    const { deliveries } = harness.archive;
    for (const name of ['one', 'two', 'three']) await harness.queue(name, ['A', 'B']);
    harness.behaviours.set('A', all({ kind: 'answered', status: 0x0124 }));
    harness.behaviours.set('B', all({ kind: 'answered', status: 0xc123, comment: 'no' }));
    harness.start([{ name: 'A' }, { name: 'B' }]);
    await harness.untilAll('A', 'failed');
    await harness.untilAll('B', 'failed');
    const groups = await deliveries.deadLetters();
    expect(
      groups.map(({ destination, cause, count }) => [destination, cause, count]),
    ).to.have.deep.members([
      ['A', '0x0124', 3],
      ['B', '0xC123', 3],
    ]);
    expect(groups.find(({ destination }) => destination === 'B')?.comment).to.equal('no');
    harness.behaviours.clear();
    const { first } = groups.find(({ destination }) => destination === 'A')!;
    expect(await deliveries.replay({ ids: [first] })).to.equal(1);
    harness.runner?.notify();
    await harness.until(async () => (await harness.states('A')).includes('delivered'));
    expect(await deliveries.replay({ destination: 'B', cause: '0xC123' })).to.equal(3);
    expect(await deliveries.replay({})).to.equal(2);
    expect(await deliveries.replay({})).to.equal(0);
    harness.runner?.notify();
    await harness.untilAll('A', 'delivered');
    await harness.untilAll('B', 'delivered');
  });

  it('R32: what is cancelled stays so, even what is on its way', async () => {
    let finish: () => void = () => undefined;
    harness.behaviours.set('PACS', async (instances) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return all(DOWN)(instances);
    });
    await harness.queue('on its way', ['PACS']);
    harness.start([{ name: 'PACS' }]);
    await harness.until(() => harness.sent.has('PACS'));
    const { deliveries, outbox } = harness.archive;
    expect(await deliveries.cancel({ destination: 'PACS' }, 'wrong patient')).to.equal(1);
    finish();
    await harness.runner?.stop();
    const [delivery] = await outbox.list();
    expect(delivery).to.include({ state: 'cancelled', comment: 'wrong patient' });
    expect(await deliveries.replay({})).to.equal(0);
    expect(await deliveries.replay({ ids: [delivery!.id] })).to.equal(0);
    expect(await deliveries.deadLetters()).to.deep.equal([]);
  });

  it('R30: alarms on what is due and does not move, and not on what waits for a reason', async () => {
    await harness.queue('stuck', ['GONE', 'DOWN', 'STILL', 'BUSY', 'NIGHT']);
    await harness.archive.outbox.claim('BUSY');
    const { deliveries } = harness.archive;
    expect(await deliveries.stuck(Date.now() - 10_000, Date.now() - 10_000)).to.deep.equal([]);
    const now = Date.now() + 20_000;
    const stuck = await deliveries.stuck(now - 10_000, now - 10_000);
    const queue = (destination: string, rest: object = {}) => ({
      destination,
      breaker: 'closed' as const,
      restsUntil: undefined,
      associations: 0,
      movedAt: 0,
      ...rest,
    });
    const queues = [
      queue('DOWN', { breaker: 'open', restsUntil: now + 1 }),
      queue('NIGHT', { restsUntil: now + 1 }),
      ...[queue('STILL'), queue('BUSY')],
    ];
    const alarms = standstills(stuck, queues, now, 10_000);
    expect(alarms.map(({ destination }) => destination).sort()).to.deep.equal([
      ...['BUSY', 'GONE', 'STILL'],
    ]);
    expect(alarms.find(({ destination }) => destination === 'GONE')?.reason).to.contain('no dest');
    // A long queue that moves is none.
    const moving = standstills(stuck, [queue('STILL', { movedAt: now - 100 })], now, 10_000);
    expect(moving.map(({ destination }) => destination)).to.not.include('STILL');
  });

  it('R28: p95 of the others stays within 10 % with one destination dead and one that hangs', async () => {
    const ratios: number[] = [];
    const latency = async (others: readonly string[]) => {
      const own = new OutboxHarness(folder(`p95 ${others.length} ${ratios.length}`));
      const queued = new Map<string, number>();
      const took: number[] = [];
      own.behaviours.set('GOOD', async (instances) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        for (const { sopInstanceUid } of instances)
          took.push(performance.now() - (queued.get(sopInstanceUid) ?? NaN));
        return all(SUCCESS)(instances);
      });
      let hangs = true;
      own.behaviours.set('DEAD', all(DOWN));
      own.behaviours.set('HANGS', async (instances) => {
        while (hangs) await new Promise((resolve) => setTimeout(resolve, 20));
        return all(DOWN)(instances);
      });
      const runner = own.start(['GOOD', ...others].map((name) => ({ name })));
      for (let scan = 0; scan < 20; scan += 1) {
        const [uid = ''] = await own.queue(`scan ${scan}`, ['GOOD', ...others]);
        queued.set(uid, performance.now());
        runner.notify();
        await own.untilAll('GOOD', 'delivered');
      }
      hangs = false;
      await own.close();
      return took.sort((a, b) => a - b)[18]!;
    };
    // Other processes share this machine: one pair of runs in five must show it.
    while (ratios.length < 5 && !ratios.some((ratio) => ratio <= 1.1)) {
      ratios.push((await latency(['DEAD', 'HANGS'])) / (await latency([])));
    }
    expect(Math.min(...ratios), ratios.join(' ')).to.be.at.most(1.1);
  }).timeout(60_000);
});
