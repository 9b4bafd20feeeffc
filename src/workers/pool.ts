import { fileURLToPath } from 'node:url';
import type { DeviceProfile } from '../values/device-profile.js';
import type { ClaimedWorkitem } from '../values/workitem.js';
import type { WorkerMessage, WorkerSettings } from './protocol.js';
import { WorkerSlot } from './slot.js';
import type { WorkerLimits } from './watch.js';

type Message<Kind extends WorkerMessage['kind']> = Extract<WorkerMessage, { kind: Kind }>;

/** Where workitems come from and go to; `node.ts` joins it with the ledger. */
export interface WorkitemQueue {
  claim(owner: string): Promise<ClaimedWorkitem | undefined>;
  progress(item: ClaimedWorkitem, percent: number, stage: string): Promise<void>;
  complete(item: ClaimedWorkitem, read: Message<'read'>): Promise<void>;
  fail(item: ClaimedWorkitem, code: string, reason: string): Promise<void>;
}

export interface WorkerPoolOptions {
  readonly count: number;
  readonly settings: WorkerSettings;
  /** The device profiles with which the next scan is read. */
  readonly profiles: () => readonly DeviceProfile[];
  readonly limits: WorkerLimits;
  /** A worker that loses its execution provider waits for that one, instead of taking the next of the settings. */
  readonly holdsProvider: boolean;
  readonly queue: WorkitemQueue;
  readonly onEvent: (event: WorkerPoolEvent) => void;
  /** The program of a worker process: `WORKER_PATH`, or a test's own. */
  readonly workerPath: string;
}

export type WorkerPoolEvent =
  | (Message<'ready' | 'golden-scan'> & { readonly processId: number })
  | { readonly kind: 'ended'; readonly processId: number; readonly reason: string }
  | Message<'unfit'>
  | { readonly kind: 'queue-error'; readonly error: unknown };

/** Under tsx this file is .ts, and so is the worker. */
export const WORKER_PATH = fileURLToPath(import.meta.url).replace(/pool\.(ts|js)$/, 'worker.$1');

/**
 * Keeps worker processes and gives each one workitem at a time. A worker that crashes, hangs, takes too much memory or
 * is killed costs one attempt of the workitem that it had, recorded with its reason, and is replaced; the gateway itself
 * loads no network. Only what the workers have in hand is in memory: the queue is the ledger.
 */
export class WorkerPool {
  readonly #slots: readonly WorkerSlot[];

  constructor(options: WorkerPoolOptions) {
    this.#slots = Array.from({ length: options.count }, (_, index) => {
      // One after the other: the first may measure the machine, and must have it for itself.
      let begun = false;
      return new WorkerSlot(options, () => {
        if (!begun) this.#slots[index + 1]?.start();
        begun = true;
      });
    });
  }

  /** Workers that have loaded their networks and gave the known answer for the golden scan. */
  get ready(): number {
    return this.#slots.filter((slot) => slot.ready).length;
  }

  get size(): number {
    return this.#slots.length;
  }

  /** What keeps those from work that are not ready. */
  get troubles(): readonly string[] {
    return this.#slots.flatMap(({ ready, trouble }) => (ready || !trouble ? [] : [trouble]));
  }

  start(): void {
    this.#slots[0]?.start();
  }

  /** There may be work: idle workers ask at once instead of at their next poll. */
  notify(): void {
    for (const slot of this.#slots) slot.notify();
  }

  /** Every worker reads the golden scan again; one whose answer deviates is ended and replaced. */
  checkGoldenScan(): void {
    for (const slot of this.#slots) slot.wantGoldenScan();
  }

  /** Ends all workers now; what they had in hand is taken up again at the next start. */
  async stop(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.stop()));
  }
}
