import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ReadRequest, WorkerMessage, WorkerSettings } from './worker-protocol.js';
import type { ClaimedWorkitem } from './values/workitem.js';

type ReadMessage = Extract<WorkerMessage, { kind: 'read' }>;
type ProgressMessage = Extract<WorkerMessage, { kind: 'progress' }>;

/** Where workitems come from and go to; `node.ts` joins it with the ledger. */
export interface WorkitemQueue {
  claim(owner: string): Promise<ClaimedWorkitem | undefined>;
  progress(item: ClaimedWorkitem, percent: number, stage: string): Promise<void>;
  complete(item: ClaimedWorkitem, read: ReadMessage): Promise<void>;
  fail(item: ClaimedWorkitem, code: string, reason: string): Promise<void>;
}

export interface WorkerPoolOptions {
  readonly count: number;
  readonly settings: WorkerSettings;
  /** A worker that says nothing for so long is killed (ms). */
  readonly silenceLimit: number;
  readonly queue: WorkitemQueue;
  readonly onEvent: (event: WorkerPoolEvent) => void;
}

export type WorkerPoolEvent =
  | (Extract<WorkerMessage, { kind: 'ready' }> & { readonly processId: number })
  | { readonly kind: 'ended'; readonly processId: number; readonly reason: string }
  | { readonly kind: 'unfit'; readonly code: string; readonly reason: string }
  | { readonly kind: 'queue-error'; readonly error: unknown };

/** An idle worker asks again after this long even if nobody said that there is work (ms). */
const POLL_INTERVAL = 1000;
/** A worker that ends by itself is started again after this long, doubling up to the second figure (ms). */
const RESTART_DELAY = { initial: 250, maximum: 30_000 };

/**
 * Keeps worker processes and gives each one workitem at a time. A worker that crashes, hangs or is killed costs one
 * attempt of the workitem that it had, recorded with its reason, and is replaced; the gateway itself loads no network.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots: WorkerSlot[];

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.count }, () => new WorkerSlot(options));
  }

  /** Workers that have loaded their networks. */
  get ready(): number {
    return this.#slots.filter((slot) => slot.ready).length;
  }

  get size(): number {
    return this.#options.count;
  }

  start(): void {
    for (const slot of this.#slots) slot.start();
  }

  /** There may be work: idle workers ask at once instead of at their next poll. */
  notify(): void {
    for (const slot of this.#slots) slot.notify();
  }

  /** Ends all workers now; what they had in hand is taken up again at the next start. */
  async stop(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.stop()));
  }
}

/** One place for a worker: the process that is in it now, and what that process has in hand. */
class WorkerSlot {
  ready = false;
  readonly #options: WorkerPoolOptions;
  #child: ChildProcess | undefined;
  #item: ClaimedWorkitem | undefined;
  #claiming = false;
  #stopped = false;
  #restartDelay = RESTART_DELAY.initial;
  #poll: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;
  #killedBecause: string | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#stopped) return;
    // Under tsx this file is .ts and so is the worker; the loader is inherited by execArgv.
    const path = fileURLToPath(import.meta.url).replace(/worker-pool\.(ts|js)$/, 'worker.$1');
    const child = fork(path, [JSON.stringify(this.#options.settings)], {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.#killedBecause = undefined;
    child.on('message', (message: WorkerMessage) => {
      this.#listen(message);
    });
    child.once('exit', (code, signal) => {
      const how = signal === null ? `ended with code ${code ?? '?'}` : `was ended by ${signal}`;
      void this.#replace(child.pid ?? 0, this.#killedBecause ?? `the worker process ${how}`);
    });
    this.#expectLife();
  }

  notify(): void {
    void this.#claim();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#poll);
    clearTimeout(this.#silence);
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  #listen(message: WorkerMessage): void {
    this.#expectLife();
    switch (message.kind) {
      case 'ready':
        this.ready = true;
        this.#restartDelay = RESTART_DELAY.initial;
        this.#options.onEvent({ ...message, processId: this.#child?.pid ?? 0 });
        void this.#claim();
        break;
      case 'unfit':
        this.#options.onEvent(message);
        break;
      case 'progress':
        void this.#report(message);
        break;
      case 'read':
        void this.#settle((item) => this.#options.queue.complete(item, message));
        break;
      case 'failed':
        void this.#settle((item) => this.#options.queue.fail(item, message.code, message.reason));
        break;
    }
  }

  async #claim(): Promise<void> {
    if (!this.ready || this.#stopped || this.#item !== undefined || this.#claiming) return;
    this.#claiming = true;
    clearTimeout(this.#poll);
    const child = this.#child;
    try {
      this.#item = await this.#options.queue.claim(`worker-${child?.pid ?? 0}`);
    } catch (error) {
      this.#options.onEvent({ kind: 'queue-error', error });
    } finally {
      this.#claiming = false;
    }
    if (this.#item === undefined) {
      this.#askLater();
    } else if (this.#isServing(child)) {
      const { workitemUid, acquisition, order } = this.#item;
      child.send({ kind: 'read', workitemUid, acquisition, order } satisfies ReadRequest);
      this.#expectLife();
    } else {
      await this.#settle((item) => this.#giveUp(item, 'the worker process ended before it began'));
    }
  }

  #askLater(): void {
    if (this.#stopped) return;
    this.#poll = setTimeout(() => void this.#claim(), POLL_INTERVAL);
  }

  /** Asked after an await: the process may have ended meanwhile and another stand in its place. */
  #isServing(child: ChildProcess | undefined): child is ChildProcess {
    return this.ready && child === this.#child;
  }

  async #report({ workitemUid, percent, stage }: ProgressMessage): Promise<void> {
    const item = this.#item;
    if (item?.workitemUid !== workitemUid) return;
    try {
      await this.#options.queue.progress(item, percent, stage);
    } catch (error) {
      this.#options.onEvent({ kind: 'queue-error', error });
    }
  }

  /** Hands the workitem in hand back to the queue in one way or another and looks for the next. */
  async #settle(how: (item: ClaimedWorkitem) => Promise<void>): Promise<void> {
    const item = this.#item;
    if (item === undefined) return;
    clearTimeout(this.#silence);
    try {
      await how(item);
    } catch (error) {
      this.#options.onEvent({ kind: 'queue-error', error });
    }
    this.#item = undefined;
    await this.#claim();
  }

  #giveUp(item: ClaimedWorkitem, reason: string): Promise<void> {
    return this.#options.queue.fail(item, 'OCT_WORKER_ENDED', reason);
  }

  /** A worker with work in hand, or one that is still loading, must say something within the limit. */
  #expectLife(): void {
    clearTimeout(this.#silence);
    if (this.ready && this.#item === undefined) return;
    this.#silence = setTimeout(() => {
      this.#killedBecause = `the worker process gave no sign of life for ${this.#options.silenceLimit} ms`;
      this.#child?.kill('SIGKILL');
    }, this.#options.silenceLimit);
  }

  async #replace(processId: number, reason: string): Promise<void> {
    this.ready = false;
    clearTimeout(this.#poll);
    clearTimeout(this.#silence);
    if (this.#stopped) return;
    this.#options.onEvent({ kind: 'ended', processId, reason });
    await this.#settle((item) => this.#giveUp(item, reason));
    setTimeout(() => {
      this.start();
    }, this.#restartDelay);
    this.#restartDelay = Math.min(this.#restartDelay * 2, RESTART_DELAY.maximum);
  }
}
