import { expect } from 'chai';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkersSeen } from '../../src/workers/news.js';
import { fakePool, MemoryQueue, until } from './pool.js';

describe('workers: an execution provider that disappears', function () {
  this.timeout(60_000);

  it('fall-back: costs one attempt, and the next provider of the list reads the scan', async () => {
    const queue = new MemoryQueue(['lose read']);
    const { pool, events } = fakePool(queue, { providers: ['cuda', 'cpu'] });
    pool.start();
    try {
      await until(() => queue.read.length === 1);
    } finally {
      await pool.stop();
    }
    expect(queue.failures[0]).to.include('cuda is gone [OCT_PROVIDER_LOST]');
    const seen = new WorkersSeen();
    const ran = events.map((event) => {
      seen.observe(event);
      return seen.all.map(({ executionProvider, pace }) => `${executionProvider}, ${pace}`);
    });
    expect(ran, 'and says how long scans will take now').to.deep.equal([
      ['cuda, 100.0 B-scans a second: about 0.5 s for 49, 1.3 s for 128'],
      [],
      ['cpu, 10.0 B-scans a second: about 4.9 s for 49, 12.8 s for 128'],
    ]);
  });

  it('hold: nothing is read until it is back, and no further attempt is spent', async () => {
    const queue = new MemoryQueue(['lose read']);
    const { pool, folder } = fakePool(queue, { providers: ['cuda', 'cpu'], holdsProvider: true });
    pool.start();
    try {
      await until(() => pool.troubles.some((one) => one.includes('no provider works')));
      expect(pool.ready).to.equal(0);
      expect(queue.read).to.be.empty;
      rmSync(join(folder, 'lost-providers'));
      await until(() => queue.read.length === 1);
    } finally {
      await pool.stop();
    }
    expect(queue.failures).to.have.length(1);
  });
});

describe('workers: the golden scan on schedule', function () {
  this.timeout(60_000);

  it('a deviation takes the worker out of service with its reason, and a sound one takes its place', async () => {
    const queue = new MemoryQueue([]);
    const { pool, events, folder } = fakePool(queue);
    pool.start();
    try {
      await until(() => pool.ready === 1);
      pool.checkGoldenScan();
      await until(() => events.some(({ kind }) => kind === 'golden-scan'));
      expect(pool.ready).to.equal(1);
      writeFileSync(join(folder, 'deviation'), 'a bit fell over\n');
      pool.checkGoldenScan();
      await until(() => events.some(({ kind }) => kind === 'ended'));
      expect(events.find(({ kind }) => kind === 'ended')).to.include({ reason: 'a bit fell over' });
      await until(() => pool.ready === 1);
    } finally {
      await pool.stop();
    }
  });
});
