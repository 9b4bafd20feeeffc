import { expect } from 'chai';
import { deterministicUid } from '../../src/dicom/uid.js';
import type { Archive } from '../../src/archive/archive.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive, resultObject, scheduleScan } from './objects.js';

describe('archive: which results are sent next', () => {
  const folder = temporaryFolder();
  let archive: Archive;
  let clock = Date.parse('2026-01-01T00:00:00Z');
  let run = 0;

  beforeEach(() => {
    archive = openTestArchive(folder(`data ${String(run++)}`), { now: () => clock++ });
  });
  afterEach(() => archive.close());

  /** Reads a scan of a study of its own and queues its report. */
  async function read(name: string, how: { urgent?: boolean; priority?: number } = {}) {
    const uid = await scheduleScan(archive, name, {
      StudyInstanceUID: deterministicUid('study of', name),
    });
    if (how.priority !== undefined) await archive.workitems.prioritise(uid, how.priority, 'test');
    const claim = (await archive.workitems.claim({ owner: 'test', leaseMs: 10_000 }))!;
    const result = await archive.results.admit(resultObject(name));
    await archive.workitems.complete(claim, {
      results: [result],
      destinations: ['PACS'],
      ...(how.urgent !== undefined && { urgent: how.urgent }),
    });
    return result.sopInstanceUid;
  }
  const next = async () => (await archive.outbox.claim('PACS')).map((one) => one.sopInstanceUid);

  it('an urgent decision, and a scan that was put first, overtake what waits', async () => {
    const first = await read('first');
    const second = await read('second');
    const urgent = await read('urgent', { urgent: true });
    const wanted = await read('wanted', { priority: 1 });
    expect(await next()).to.deep.equal([urgent]);
    expect(await next()).to.deep.equal([wanted]);
    expect(await next()).to.deep.equal([first]);
    expect(await next()).to.deep.equal([second]);
  });

  it('many urgent ones do not starve the others: each fifth turn is by time alone', async () => {
    const ordinary = await read('ordinary');
    const urgent: string[] = [];
    for (let i = 0; i < 6; i++) urgent.push(await read(`urgent ${String(i)}`, { urgent: true }));
    const order: string[] = [];
    for (let i = 0; i < 7; i++) order.push(...(await next()));
    expect(order).to.deep.equal([...urgent.slice(0, 4), ordinary, ...urgent.slice(4)]);
  });

  it('an urgent one that is not due yet keeps nobody waiting, and is urgent again when it is', async () => {
    const urgent = await read('urgent', { urgent: true });
    const [sent] = await archive.outbox.claim('PACS');
    await archive.outbox.settle([
      { id: sent!.id, state: 'pending', errorClass: 'transient', nextAttemptAt: clock + 1000 },
    ]);
    const first = await read('first');
    const second = await read('second');
    expect(await next()).to.deep.equal([first]);
    clock += 2000;
    expect(await next()).to.deep.equal([urgent]);
    expect(await next()).to.deep.equal([second]);
  });
});
