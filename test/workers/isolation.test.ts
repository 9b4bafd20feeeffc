import { expect } from 'chai';
import { fakePool, MemoryQueue, until } from './pool.js';

/** What may go wrong in a worker, and the reason that goes on record. */
const FAULTS = [
  ['a native abort', 'abort read', /was ended by SIGABRT/],
  ['an end of its own', 'exit read', /ended with code 3/],
  ['an event loop that hangs', 'hang read', /no sign of life for 3000 ms/],
  ['a stage without end', 'forever read', /the stage 'inference' lasted longer than 4000 ms/],
  ['more memory than allowed', 'memory read', /MiB of memory, the limit is 400 MiB/],
  ['an error that nobody foresaw', 'fail read', /as told \[OCT_UNEXPECTED\]/],
] as const;

describe('workers: isolation', function () {
  this.timeout(60_000);

  for (const [what, script, reason] of FAULTS) {
    it(`${what} costs one attempt, with its reason, and the next worker reads the scan`, async () => {
      const queue = new MemoryQueue([script]);
      const stage = script.startsWith('forever') ? 4000 : 30_000;
      const { pool, events } = fakePool(queue, { limits: { silence: 3000, stage, memory: 400 } });
      pool.start();
      try {
        await until(() => queue.read.length === 1);
      } finally {
        await pool.stop();
      }
      expect(queue.failures).to.have.length(1);
      expect(queue.failures[0]).to.match(reason);
      expect(events.map(({ kind }) => kind)).to.deep.equal(['ready', 'ended', 'ready']);
    });
  }

  it('three failures hold the scan, and the next one is read', async () => {
    const queue = new MemoryQueue(['exit', 'read']);
    const { pool } = fakePool(queue);
    pool.start();
    try {
      await until(() => queue.read.length === 1 && queue.held.length === 1);
    } finally {
      await pool.stop();
    }
    expect(queue.failures).to.have.length(3);
    expect(queue.held).to.deep.equal(['1.0']);
  });

  it('what waits stays in the queue: in memory is only what the workers have in hand', async () => {
    const queue = new MemoryQueue(Array.from({ length: 12 }, () => 'read'));
    const { pool } = fakePool(queue, { count: 2 });
    pool.start();
    try {
      await until(() => pool.ready === 2);
      for (let i = 0; i < 20; i++) pool.notify();
      await until(() => queue.read.length === 12);
    } finally {
      await pool.stop();
    }
    expect(queue.most).to.be.within(1, 2);
  });

  it('a stage without progress keeps the lease while the worker lives', async () => {
    const queue = new MemoryQueue(['forever read']);
    const { pool } = fakePool(queue, { limits: { silence: 1500, stage: 5000, memory: 400 } });
    pool.start();
    try {
      await until(() => queue.read.length === 1);
    } finally {
      await pool.stop();
    }
    expect(queue.progressed.filter((one) => one === '1.0 inference').length).to.be.above(3);
  });
});
