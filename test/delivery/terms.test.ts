import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { opensAt } from '../../src/delivery/hours.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { all, DOWN, DUPLICATE, NO_CONTEXT, OutboxHarness, SUCCESS } from './outbox-harness.js';

describe('delivery: the terms of a destination', () => {
  const folder = temporaryFolder();
  let run = 0;
  let harness: OutboxHarness;
  beforeEach(() => {
    run += 1;
    harness = new OutboxHarness(folder(`terms ${run}`));
  });
  afterEach(() => harness.close());

  it('R28: after three failures one study at a time tries it, and the answer sends all that waits', async () => {
    for (let scan = 0; scan < 6; scan += 1) await harness.queue(`scan ${scan}`, ['PACS']);
    let down = true;
    harness.behaviours.set('PACS', (instances) => all(down ? DOWN : SUCCESS)(instances));
    const turns: string[] = [];
    const began = Date.now();
    const runner = harness.start([{ name: 'PACS' }], { onTurn: (_, turn) => turns.push(turn) });
    await harness.until(() => runner.status[0]?.breaker === 'open');
    await sleep(200);
    const tries = (harness.sent.get('PACS') ?? []).length;
    // Three to open it, then trials 20, 40, 80, 80 … ms apart; six studies each by themselves would be about 30.
    expect(tries).to.be.within(4, 4 + Math.ceil((Date.now() - began) / 20));
    expect(tries).to.be.lessThan(12);
    down = false;
    await harness.untilAll('PACS', 'delivered');
    expect(turns).to.deep.equal(['opened', 'recovered']);
    expect(runner.status[0]).to.include({ breaker: 'closed', restsUntil: undefined });
  });

  it('opens as many associations as it may have, a study on one of them at a time', async () => {
    const inHand: string[] = [];
    let most = 0;
    harness.behaviours.set('PACS', async (instances) => {
      const [study = '', ...others] = new Set(instances.map((one) => one.studyInstanceUid));
      expect(others).to.deep.equal([]);
      expect(inHand).to.not.include(study);
      inHand.push(study);
      most = Math.max(most, inHand.length);
      await sleep(30);
      inHand.splice(inHand.indexOf(study), 1);
      return all(SUCCESS)(instances);
    });
    for (let scan = 0; scan < 6; scan += 1) await harness.queue(`scan ${scan}`, ['PACS']);
    const runner = harness.start([{ name: 'PACS', associations: 3 }]);
    for (let scan = 0; scan < 6; scan += 1) {
      await harness.queue(`scan ${scan} again`, ['PACS']);
      runner.notify();
    }
    await harness.untilAll('PACS', 'delivered');
    expect(most).to.equal(3);
    expect((harness.sent.get('PACS') ?? []).flat()).to.have.length(12);
    expect(harness.errors).to.deep.equal([]);
  });

  it('R24: sends another kind once where it does not take the one, and keeps what failed out of the dead letters', async () => {
    const kinds = ['segmentation', 'label-map'] as const;
    const [seg, map] = await harness.queue('fallback', ['PACS'], kinds, ['label-map']);
    harness.behaviours.set('PACS', (instances) =>
      Promise.resolve(instances.map(({ kind }) => (kind === 'label-map' ? NO_CONTEXT : SUCCESS))),
    );
    harness.start([{ name: 'PACS', fallbacks: { 'label-map': 'segmentation' } }]);
    await harness.until(async () => (await harness.states('PACS')).includes('delivered'));
    expect(harness.sent.get('PACS')).to.deep.equal([[map], [seg]]);
    const [failed, instead] = await harness.archive.outbox.list();
    expect(failed).to.include({ state: 'failed', cause: 'OCT_DIMSE_NO_CONTEXT', attempts: 1 });
    expect(failed?.comment).to.contain('Label Map');
    expect(instead).to.include({ sopInstanceUid: seg, standsFor: failed?.id });
    expect(await harness.archive.deliveries.deadLetters()).to.deep.equal([]);
  });

  it('R24: tries a fallback once: what fails too is a dead letter with its cause', async () => {
    const kinds = ['segmentation', 'label-map'] as const;
    await harness.queue('twice', ['PACS'], kinds, ['label-map']);
    harness.behaviours.set('PACS', all(NO_CONTEXT));
    harness.start([
      { name: 'PACS', fallbacks: { 'label-map': 'segmentation', segmentation: 'label-map' } },
    ]);
    await harness.until(async () => (await harness.states('PACS')).length === 2);
    await harness.untilAll('PACS', 'failed');
    const [group, ...more] = await harness.archive.deliveries.deadLetters();
    expect(more).to.deep.equal([]);
    expect(group).to.include({ kind: 'segmentation', count: 1, cause: 'OCT_DIMSE_NO_CONTEXT' });
  });

  it('does not send an object that is too large for it', async () => {
    await harness.queue('large', ['PACS']);
    harness.start([{ name: 'PACS', maximumObjectSize: 1e-6 }]);
    await harness.untilAll('PACS', 'failed');
    expect(harness.sent.has('PACS')).to.be.false;
    const [group] = await harness.archive.deliveries.deadLetters();
    expect(group).to.include({ cause: 'OCT_DELIVERY_TOO_LARGE', count: 1 });
  });

  it('waits for its hours, and says so', async () => {
    await harness.queue('night', ['PACS']);
    const minutes = new Date().getHours() * 60 + new Date().getMinutes();
    const at = (minute: number) =>
      [Math.floor(minute / 60) % 24, minute % 60].map((n) => String(n).padStart(2, '0')).join(':');
    const runner = harness.start([
      { name: 'PACS', hours: [`${at(minutes + 120)}-${at(minutes + 180)}`] },
    ]);
    await sleep(50);
    expect(harness.sent.has('PACS')).to.be.false;
    expect(runner.status[0]?.restsUntil).to.be.within(
      Date.now() + 118 * 60e3,
      Date.now() + 121 * 60e3,
    );
    runner.setDestinations([
      { name: 'PACS', hours: [`${at(minutes + 1380)}-${at(minutes + 60)}`] },
    ]);
    await harness.untilAll('PACS', 'delivered');
  });

  it('knows hours over midnight', () => {
    const at = (hours: number, minutes: number) => new Date(2026, 3, 7, hours, minutes).getTime();
    expect(opensAt(['20:00-06:30'], at(23, 0))).to.equal(undefined);
    expect(opensAt(['20:00-06:30'], at(6, 29))).to.equal(undefined);
    expect(opensAt(['20:00-06:30'], at(6, 30))).to.equal(at(20, 0));
    expect(opensAt(['12:00-13:00', '20:00-21:00'], at(14, 0))).to.equal(at(20, 0));
    expect(opensAt(['12:00-13:00'], at(14, 0))).to.equal(at(36, 0));
    expect(opensAt([], at(14, 0))).to.equal(undefined);
  });

  for (const [answer, state, said] of [
    ['held', 'delivered', /query shows/],
    ['not held', 'failed', /does not find it/],
    ['no answer', 'pending', /could not be asked/],
  ] as const) {
    it(`R34: asks after a duplicate where it may: ${answer}`, async () => {
      await harness.queue('duplicate', ['PACS']);
      harness.behaviours.set('PACS', all(DUPLICATE));
      harness.start([{ name: 'PACS', verify: 'query', retry: { initialMs: 60_000 } }], {
        query: (_, objects) =>
          answer === 'no answer'
            ? Promise.reject(new Error('down'))
            : Promise.resolve(
                new Set(answer === 'held' ? objects.map((one) => one.sopInstanceUid) : []),
              ),
      });
      await harness.until(
        async () => (await harness.archive.outbox.list())[0]?.comment !== undefined,
      );
      const [delivery] = await harness.archive.outbox.list();
      expect(delivery).to.include({ state, status: 0x0111 });
      expect(delivery?.comment).to.match(said);
      expect(delivery?.verification).to.equal(answer === 'held' ? 'verified' : 'none');
    });
  }
});
