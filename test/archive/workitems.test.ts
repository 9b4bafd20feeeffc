import { expect } from 'chai';
import { existsSync } from 'node:fs';
import type { Archive } from '../../src/archive/archive.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive, resultObject, scheduleScan } from './objects.js';

const LEASE_MS = 1000;

describe('archive: workitems', () => {
  const folder = temporaryFolder();
  let archive: Archive;
  let clock = Date.parse('2026-01-01T00:00:00Z');
  let run = 0;

  beforeEach(() => {
    run += 1;
    archive = openTestArchive(folder(`data ${run}`), { now: () => clock });
  });
  afterEach(() => archive.close());

  const claim = (owner = 'worker-1') => archive.workitems.claim({ owner, leaseMs: LEASE_MS });
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no error',
      (error: unknown) => (error as { code?: string }).code,
    );

  it('gives each workitem to one worker, the oldest first, with its acquisition', async () => {
    const first = await scheduleScan(archive, 'first');
    clock += 10;
    const second = await scheduleScan(archive, 'second');
    const claims = await Promise.all([claim('a'), claim('b'), claim('c')]);
    expect(claims.map((one) => one?.workitemUid)).to.deep.equal([first, second, undefined]);
    expect(claims[0]).to.include({ attempt: 1, interrupted: 0 });
    expect(claims[0]?.acquisition.instances[0]?.path).to.satisfy(existsSync);
  });

  it('R10: schedules an acquisition once', async () => {
    const uid = await scheduleScan(archive, 'once');
    const error = await scheduleScan(archive, 'once').catch((reason: unknown) => String(reason));
    expect(error).to.include('not scheduled');
    expect((await archive.workitemView.counts()).SCHEDULED).to.equal(1);
    expect((await archive.workitemView.find(uid))?.state).to.equal('SCHEDULED');
  });

  it('R31: gives a workitem to the next worker when its lease has expired, and fences off the first', async () => {
    await scheduleScan(archive, 'lease');
    const slow = (await claim('slow'))!;
    clock += LEASE_MS - 1;
    expect(await claim('next')).to.equal(undefined);
    await archive.workitems.heartbeat(slow, LEASE_MS, { percent: 40, description: 'segmentation' });
    expect(await archive.workitemView.find(slow.workitemUid)).to.include({ progress: 40 });
    clock += LEASE_MS - 1;
    expect(await claim('next')).to.equal(undefined);
    clock += 1;
    const next = (await claim('next'))!;
    expect(next).to.include({ workitemUid: slow.workitemUid, attempt: 2, interrupted: 1 });

    const late = await archive.results.admit(resultObject('late'));
    expect(await codeOf(archive.workitems.heartbeat(slow, LEASE_MS))).to.equal('OCT_LEASE_LOST');
    expect(await codeOf(archive.workitems.fail(slow, 'late'))).to.equal('OCT_LEASE_LOST');
    const outcome = { results: [late], destinations: ['PACS'] };
    expect(await codeOf(archive.workitems.complete(slow, outcome))).to.equal('OCT_LEASE_LOST');
    expect(existsSync(late.path), 'the late result is discarded').to.equal(false);
    expect(await archive.results.find(late.sopInstanceUid)).to.equal(undefined);
    expect(await archive.outbox.list()).to.deep.equal([]);

    const result = await archive.results.admit(resultObject('late'));
    await archive.workitems.complete(next, { results: [result], destinations: ['PACS'] });
    expect((await archive.workitemView.find(next.workitemUid))?.state).to.equal('COMPLETED');
    expect(existsSync(result.path)).to.equal(true);
  });

  it('holds a workitem after three failed attempts, with the reason, until it is released', async () => {
    const uid = await scheduleScan(archive, 'poison');
    expect(await archive.workitems.fail((await claim())!, 'one')).to.equal('retry');
    await claim();
    clock += LEASE_MS; // the second attempt dies without a word
    expect(await archive.workitems.fail((await claim())!, 'out of memory')).to.equal('held');
    expect(await claim()).to.equal(undefined);
    expect(await archive.workitemView.find(uid)).to.include({
      state: 'SCHEDULED',
      held: true,
      reason: 'out of memory',
      attempts: 3,
    });
    expect((await archive.workitemView.counts()).held).to.equal(1);
    await archive.workitems.release(uid);
    expect((await claim())?.attempt).to.equal(1);
  });

  it('holds at once what no further attempt can mend', async () => {
    await scheduleScan(archive, 'invalid result');
    const outcome = archive.workitems.fail((await claim())!, 'object is invalid', { hold: true });
    expect(await outcome).to.equal('held');
  });

  it('R32: a cancelled workitem has ended, also for the worker that has it in hand', async () => {
    const uid = await scheduleScan(archive, 'cancelled');
    const inHand = (await claim())!;
    await archive.workitems.cancel(uid, 'wrong patient side');
    expect(await codeOf(archive.workitems.heartbeat(inHand, LEASE_MS))).to.equal('OCT_LEASE_LOST');
    expect(await claim()).to.equal(undefined);
    expect(await codeOf(archive.workitems.cancel(uid, 'again'))).to.equal('OCT_WORKITEM_STATE');
  });

  it('completes with results and deliveries in one step, the same once only', async () => {
    await scheduleScan(archive, 'complete');
    const inHand = (await claim())!;
    const results = [
      await archive.results.admit(resultObject('seg', 'segmentation')),
      await archive.results.admit(resultObject('sr')),
    ];
    const outcome = { results, destinations: ['A', 'B'] };
    await archive.workitems.complete(inHand, outcome);
    expect(await codeOf(archive.workitems.complete(inHand, outcome))).to.equal('OCT_LEASE_LOST');
    const stored = await archive.results.ofWorkitem(inHand.workitemUid);
    expect(stored.map(({ kind }) => kind)).to.deep.equal(['segmentation', 'report']);
    for (const { path } of stored) expect(existsSync(path)).to.equal(true);
    const deliveries = await archive.outbox.list(inHand.acquisition.studyInstanceUid);
    expect(deliveries.map(({ destination, state }) => `${destination} ${state}`)).to.deep.equal([
      'A pending',
      'A pending',
      'B pending',
      'B pending',
    ]);
  });

  it('completes nothing at all if one result conflicts with a recorded one', async () => {
    await scheduleScan(archive, 'first owner');
    const first = (await claim())!;
    const object = resultObject('taken');
    const taken = await archive.results.admit(object);
    await archive.workitems.complete(first, { results: [taken], destinations: [] });
    await scheduleScan(archive, 'second owner');
    const second = (await claim())!;
    const fine = await archive.results.admit(resultObject('fine'));
    const bytes = Buffer.from(object.bytes);
    bytes[bytes.length - 1] = 99;
    const other = await archive.results.admit({ ...object, bytes });
    const outcome = { results: [fine, other], destinations: ['PACS'] };
    expect(await codeOf(archive.workitems.complete(second, outcome))).to.equal(
      'OCT_RESULT_CONFLICT',
    );
    expect((await archive.workitemView.find(second.workitemUid))?.state).to.equal('IN PROGRESS');
    expect(await archive.results.find(fine.sopInstanceUid)).to.equal(undefined);
    expect(existsSync(taken.path)).to.equal(true);
    expect(existsSync(other.path)).to.equal(false);
  });

  it('tells the life of a received instance', async () => {
    await scheduleScan(archive, 'timeline');
    const inHand = (await claim())!;
    const result = await archive.results.admit(resultObject('timeline'));
    await archive.workitems.complete(inHand, { results: [result], destinations: ['PACS'] });
    const [delivery] = await archive.outbox.claim('PACS');
    await archive.outbox.settle([{ id: delivery!.id, state: 'delivered', status: 0 }]);
    const uid = inHand.acquisition.instances[0]!.sopInstanceUid;
    const life = (await archive.events.timeline(uid)).map(({ what }) => what);
    expect(life.join(' ')).to.equal(
      'received assembled acquired scheduled claimed created queued completed delivered',
    );
  });
});
