import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Archive } from '../../src/archive/archive.js';
import { DeliveryRunner } from '../../src/delivery/delivery-runner.js';
import type { SendOutcome } from '../../src/delivery/outcome-table.js';
import type { ClaimedDelivery } from '../../src/delivery/ports.js';
import type { BackOff } from '../../src/delivery/retry-table.js';
import { openTestArchive, resultObject, scheduleScan } from '../archive/objects.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BACK_OFF: BackOff = { initialMs: 20, factor: 2, maxMs: 80, jitter: 0, maxAttempts: 6 };
const SUCCESS: SendOutcome = { kind: 'answered', status: 0 };
const DOWN: SendOutcome = {
  kind: 'failed',
  failure: 'transient',
  code: 'OCT_DIMSE_UNREACHABLE',
  reason: 'connection refused',
};

interface Destination {
  readonly name: string;
}
type Behaviour = (instances: readonly ClaimedDelivery[]) => Promise<readonly SendOutcome[]>;

describe('delivery: the outbox and its runner', () => {
  const folder = temporaryFolder();
  let archive: Archive;
  let runner: DeliveryRunner<Destination>;
  let run = 0;
  const behaviours = new Map<string, Behaviour>();
  /** What reached each destination, in the order of sending. */
  const sent = new Map<string, string[][]>();
  const errors: unknown[] = [];

  const all =
    (outcome: SendOutcome): Behaviour =>
    (instances) =>
      Promise.resolve(instances.map(() => outcome));

  function start(...names: readonly string[]): void {
    runner = new DeliveryRunner<Destination>({
      destinations: names.map((name) => ({ name })),
      outbox: archive.outbox,
      send: ({ name }, instances) => {
        const uids = instances.map(({ sopInstanceUid }) => sopInstanceUid);
        sent.set(name, [...(sent.get(name) ?? []), uids]);
        return (behaviours.get(name) ?? all(SUCCESS))(instances);
      },
      backOff: BACK_OFF,
      onError: (error) => errors.push(error),
    });
    runner.start();
  }

  beforeEach(() => {
    run += 1;
    behaviours.clear();
    sent.clear();
    errors.length = 0;
    archive = openTestArchive(folder(`data ${run}`));
  });
  afterEach(async () => {
    await runner.stop();
    await archive.close();
  });

  /** Makes two results of one scan and queues them; returns their SOP Instance UIDs in order. */
  async function queue(name: string, ...destinations: readonly string[]): Promise<string[]> {
    await scheduleScan(archive, name);
    const claim = (await archive.workitems.claim({ owner: 'test', leaseMs: 10_000 }))!;
    const results = [
      await archive.results.admit(resultObject(`${name} seg`, 'segmentation')),
      await archive.results.admit(resultObject(`${name} sr`)),
    ];
    await archive.workitems.complete(claim, { results, destinations });
    return results.map(({ sopInstanceUid }) => sopInstanceUid);
  }

  async function until(condition: () => Promise<boolean>): Promise<void> {
    for (let waited = 0; !(await condition()); waited += 5) {
      if (waited > 5000) throw new Error('waited in vain');
      await sleep(5);
    }
  }
  const states = async (destination: string) =>
    (await archive.outbox.list())
      .filter((delivery) => delivery.destination === destination)
      .map(({ state }) => state);
  const allAre = (destination: string, state: string) => async () =>
    (await states(destination)).every((one) => one === state);

  it('R19: sends the results of a study in one association, in their order', async () => {
    const uids = await queue('order', 'PACS');
    start('PACS');
    await until(allAre('PACS', 'delivered'));
    expect(sent.get('PACS')).to.deep.equal([uids]);
  });

  it('sends what is queued while it runs', async () => {
    start('PACS');
    await queue('later', 'PACS');
    runner.notify();
    await until(allAre('PACS', 'delivered'));
  });

  it('tries again with growing waits until the destination is back', async () => {
    const times: number[] = [];
    behaviours.set('PACS', (instances) => {
      times.push(Date.now());
      return all(times.length < 4 ? DOWN : SUCCESS)(instances);
    });
    await queue('back', 'PACS');
    start('PACS');
    await until(allAre('PACS', 'delivered'));
    const waits = times.slice(1).map((time, index) => time - times[index]!);
    expect(waits).to.have.length(3);
    for (const [index, least] of [20, 40, 80].entries()) {
      expect(waits[index]).to.be.at.least(least - 2);
    }
    const [delivery] = await archive.outbox.list();
    expect(delivery).to.include({ attempts: 4, status: 0, comment: undefined });
  });

  it('R28, R29: one destination that hangs or is down delays no other, and none is repeated for it', async () => {
    let hangs = true;
    behaviours.set('HANGS', async (instances) => {
      while (hangs) await sleep(5);
      return all(SUCCESS)(instances);
    });
    behaviours.set('DOWN', all(DOWN));
    start('HANGS', 'DOWN', 'GOOD');
    for (const name of ['one', 'two', 'three']) {
      await queue(name, 'HANGS', 'DOWN', 'GOOD');
      runner.notify();
    }
    await until(allAre('GOOD', 'delivered'));
    expect(await states('HANGS')).to.not.include('delivered');
    expect((sent.get('GOOD') ?? []).flat()).to.have.length(6);
    hangs = false;
    await until(allAre('HANGS', 'delivered'));
    expect(new Set((sent.get('GOOD') ?? []).flat()).size).to.equal(6);
    expect((sent.get('GOOD') ?? []).flat()).to.have.length(6);
  });

  it('keeps a partial success object by object', async () => {
    const [seg, sr] = await queue('partial', 'PACS');
    let refuses = true;
    behaviours.set('PACS', (instances) =>
      Promise.resolve(
        instances.map(({ sopInstanceUid }) =>
          sopInstanceUid === sr && refuses
            ? { kind: 'answered', status: 0xa700, comment: 'full' }
            : SUCCESS,
        ),
      ),
    );
    start('PACS');
    await until(async () => (await states('PACS'))[0] === 'delivered');
    const [, waiting] = await archive.outbox.list();
    expect(waiting).to.include({ errorClass: 'transient', status: 0xa700, comment: 'full' });
    refuses = false;
    await until(allAre('PACS', 'delivered'));
    const uids = (sent.get('PACS') ?? []).flat();
    expect(uids.filter((uid) => uid === seg)).to.have.length(1);
  });

  it('R6: gives up on what is permanent, with status and comment, until an operator retries it', async () => {
    behaviours.set('PACS', all({ kind: 'answered', status: 0x0122, comment: 'no SEG here' }));
    await queue('permanent', 'PACS');
    start('PACS');
    await until(allAre('PACS', 'failed'));
    const [failed] = await archive.outbox.list();
    expect(failed).to.include({ status: 0x0122, comment: 'no SEG here', attempts: 1 });
    behaviours.set('PACS', all(SUCCESS));
    expect(await archive.deliveries.replay({})).to.equal(2);
    runner.notify();
    await until(allAre('PACS', 'delivered'));
  });

  it('R28: gives up after the last attempt', async () => {
    behaviours.set('PACS', all(DOWN));
    await queue('bounded', 'PACS');
    start('PACS');
    await until(allAre('PACS', 'failed'));
    const [failed] = await archive.outbox.list();
    expect(failed).to.include({ attempts: BACK_OFF.maxAttempts, errorClass: 'transient' });
    expect(failed?.comment).to.include('OCT_DIMSE_UNREACHABLE');
  });

  it('takes a sender that throws or forgets an object for ambiguous', async () => {
    let calls = 0;
    behaviours.set('PACS', (instances) => {
      calls += 1;
      if (calls === 1) return Promise.reject(new Error('defect'));
      return calls === 2 ? Promise.resolve([SUCCESS]) : all(SUCCESS)(instances);
    });
    const uids = await queue('defect', 'PACS');
    start('PACS');
    await until(allAre('PACS', 'delivered'));
    expect(sent.get('PACS')).to.deep.equal([uids, uids, [uids[1]]]);
    expect(errors).to.have.length(1);
  });

  it('R34: takes a duplicate for delivered after a restart during the sending', async () => {
    await queue('restart', 'PACS');
    await archive.outbox.claim('PACS'); // the node is killed here
    await archive.recover();
    behaviours.set('PACS', all({ kind: 'answered', status: 0x0111 }));
    start('PACS');
    await until(allAre('PACS', 'delivered'));
    const [delivery] = await archive.outbox.list();
    expect(delivery).to.include({ status: 0x0111 });
    expect(delivery?.comment).to.include('already there');
  });

  it('finishes the association in hand when it stops, and begins none', async () => {
    let finish: () => void = () => undefined;
    behaviours.set('PACS', async (instances) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return all(SUCCESS)(instances);
    });
    await queue('stop', 'PACS');
    start('PACS');
    await until(() => Promise.resolve(sent.has('PACS')));
    const stopped = runner.stop();
    await queue('too late', 'PACS');
    runner.notify();
    finish();
    await stopped;
    expect(await states('PACS')).to.deep.equal(['delivered', 'delivered', 'pending', 'pending']);
  });

  it('puts outcomes on record before it sends more when the ledger has refused them', async () => {
    await queue('unsettled', 'PACS');
    const { outbox } = archive;
    const settle = outbox.settle.bind(outbox);
    let refusals = 0;
    outbox.settle = (settlements) => {
      refusals += 1;
      return refusals === 1 ? Promise.reject(new Error('disk full')) : settle(settlements);
    };
    start('PACS');
    await until(allAre('PACS', 'delivered'));
    expect(sent.get('PACS')).to.have.length(1);
    expect(errors).to.have.length(1);
  });
});
