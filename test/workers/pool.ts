import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionProvider } from '../../src/config/setting-kinds.js';
import type { ClaimedWorkitem } from '../../src/values/workitem.js';
import {
  WorkerPool,
  type WorkerPoolEvent,
  type WorkerPoolOptions,
} from '../../src/workers/pool.js';

/** A queue in memory with the ledger's rule: three attempts, then held. */
export class MemoryQueue {
  readonly read: string[] = [];
  readonly held: string[] = [];
  readonly failures: string[] = [];
  readonly progressed: string[] = [];
  /** The most that was in hand at once. */
  most = 0;
  private inHand = 0;
  private readonly waiting: ClaimedWorkitem[];

  constructor(scripts: readonly string[]) {
    this.waiting = scripts.map((script, index) => ({
      workitemUid: `1.${String(index)}`,
      transactionUid: '2',
      attempt: 0,
      interrupted: 0,
      otherScans: [],
      acquisition: {
        id: script,
        revision: 1,
        studyInstanceUid: '3',
        instances: [],
        completeBecause: 'all-frames-in-one-object',
      },
    }));
  }

  get settled(): boolean {
    return this.waiting.length === 0;
  }

  claim(): Promise<ClaimedWorkitem | undefined> {
    const item = this.waiting.shift();
    if (item) this.most = Math.max(this.most, ++this.inHand);
    return Promise.resolve(item && { ...item, attempt: item.attempt + 1 });
  }

  progress(item: ClaimedWorkitem, _percent: number, stage: string): Promise<void> {
    this.progressed.push(`${item.workitemUid} ${stage}`);
    return Promise.resolve();
  }

  complete(item: ClaimedWorkitem): Promise<void> {
    this.inHand--;
    this.read.push(item.workitemUid);
    return Promise.resolve();
  }

  fail(item: ClaimedWorkitem, code: string, reason: string): Promise<void> {
    this.inHand--;
    this.failures.push(`${reason} [${code}]`);
    if (item.attempt >= 3) this.held.push(item.workitemUid);
    else this.waiting.push(item);
    return Promise.resolve();
  }
}

/** A pool of fake workers, with limits short enough for a test. */
export function fakePool(
  queue: MemoryQueue,
  changes: Partial<WorkerPoolOptions> & { readonly providers?: readonly ExecutionProvider[] } = {},
): { readonly pool: WorkerPool; readonly events: WorkerPoolEvent[]; readonly folder: string } {
  const { providers = ['cpu'], ...options } = changes;
  const folder = mkdtempSync(join(tmpdir(), 'octriage-workers-'));
  const events: WorkerPoolEvent[] = [];
  const pool = new WorkerPool({
    count: 1,
    limits: { silence: 3000, stage: 30_000, memory: 400 },
    holdsProvider: false,
    settings: {
      modelsFolder: folder,
      executionProviders: providers,
      threads: 1,
      tuningFile: join(folder, 'tuning.json'),
      workers: 1,
      operatingPoint: '',
      aeTitle: 'TEST',
      deviceUid: '1',
    },
    profiles: () => [],
    queue,
    onEvent: (event) => events.push(event),
    workerPath: fileURLToPath(new URL('fake-worker.mjs', import.meta.url)),
    ...options,
  });
  return { pool, events, folder };
}

export async function until(holds: () => boolean, seconds = 40): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`not within ${String(seconds)} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
