import { fork, type ChildProcess } from 'node:child_process';
import type { ExecutionProvider } from '../config/setting-kinds.js';
import type { ClaimedWorkitem } from '../values/workitem.js';
import type { WorkerPoolOptions } from './pool.js';
import type { WorkerMessage, WorkerRequest } from './protocol.js';
import { WorkerWatch } from './watch.js';

type ProgressMessage = Extract<WorkerMessage, { kind: 'progress' }>;

/** An idle worker asks again after this long even if nobody said that there is work (ms). */
const POLL_INTERVAL = 1000;
/** A worker that ends by itself is started again after this long, doubling up to the second figure (ms). */
const RESTART_DELAY = { initial: 250, maximum: 30_000 };

/** After these nobody knows what state the process is in; the next scan would pay for it. */
const NOT_TRUSTED: ReadonlySet<string> = new Set(['OCT_PROVIDER_LOST', 'OCT_UNEXPECTED']);

/** One place for a worker: the process that is in it now, and what that process has in hand. */
export class WorkerSlot {
  ready = false;
  /** Why it is not ready, once it said or showed so. */
  trouble: string | undefined;
  readonly #options: WorkerPoolOptions;
  readonly #onSettled: () => void;
  #child: ChildProcess | undefined;
  #watch: WorkerWatch | undefined;
  #item: ClaimedWorkitem | undefined;
  #lastProgress: ProgressMessage | undefined;
  #reportedAt = 0;
  #claiming = false;
  #goldenScan: 'wanted' | 'running' | undefined;
  #stopped = false;
  #restartDelay = RESTART_DELAY.initial;
  #poll: NodeJS.Timeout | undefined;
  #killedBecause: string | undefined;
  #provider: ExecutionProvider | undefined;

  /** @param onSettled is called when the first process in this place is ready, or will not be */
  constructor(options: WorkerPoolOptions, onSettled: () => void) {
    this.#options = options;
    this.#onSettled = onSettled;
  }

  start(): void {
    if (this.#stopped) return;
    const { settings, limits, workerPath, holdsProvider } = this.#options;
    // What was lost is waited for, where the operator wants that rather than something slower.
    const pinned = holdsProvider && this.#provider !== undefined;
    const executionProviders = pinned ? [this.#provider] : settings.executionProviders;
    const child = fork(workerPath, [JSON.stringify({ ...settings, executionProviders })], {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // What runs as TypeScript needs the loader of this process.
      execArgv: [
        ...(workerPath.endsWith('.ts') ? process.execArgv : []),
        `--max-old-space-size=${limits.memory}`,
      ],
    });
    this.#child = child;
    this.#killedBecause = undefined;
    this.#goldenScan = undefined;
    this.#watch = new WorkerWatch(child.pid ?? 0, limits, (reason) => {
      this.#kill(reason);
    });
    child.on('message', (message: WorkerMessage) => {
      if (child === this.#child) this.#listen(message);
    });
    child.once('exit', (code, signal) => {
      const how = signal === null ? `ended with code ${code ?? '?'}` : `was ended by ${signal}`;
      void this.#replace(child.pid ?? 0, this.#killedBecause ?? `the worker process ${how}`);
    });
    // A fork that fails says so here and never exits: an error without a listener would end the gateway.
    child.once('error', (error) => {
      if (child.pid === undefined) void this.#replace(0, `no worker process: ${error.message}`);
    });
    // Loading may take long without a word (TensorRT builds its engines): a stage, not silence, until it is ready.
    this.#watch.stage('start');
  }

  notify(): void {
    void this.#claim();
  }

  /** The worker reads the golden scan as soon as it has nothing else in hand. */
  wantGoldenScan(): void {
    this.#goldenScan ??= 'wanted';
    void this.#claim();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#poll);
    this.#watch?.end();
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  #listen(message: WorkerMessage): void {
    const residentBytes = message.kind === 'alive' ? message.residentBytes : 0;
    this.#watch?.alive(this.#isIdle || !this.ready, residentBytes);
    switch (message.kind) {
      case 'alive':
        void this.#keepLease();
        break;
      case 'ready':
        this.#becomeReady(message);
        break;
      case 'unfit':
        this.trouble = `${message.reason} [${message.code}]`;
        this.#options.onEvent(message);
        this.#onSettled();
        break;
      case 'progress':
        if (message.stage !== this.#lastProgress?.stage) this.#watch?.stage(message.stage);
        void this.#report(message);
        break;
      case 'read':
        void this.#settle((item) => this.#options.queue.complete(item, message));
        break;
      case 'failed':
        void this.#settle((item) => this.#options.queue.fail(item, message.code, message.reason));
        if (NOT_TRUSTED.has(message.code)) this.#kill(message.reason);
        break;
      case 'golden-scan':
        this.#goldenScan = undefined;
        this.#options.onEvent({ ...message, processId: this.#child?.pid ?? 0 });
        if (message.deviation === undefined) void this.#claim();
        else this.#kill(message.deviation);
        break;
    }
  }

  #becomeReady(message: Extract<WorkerMessage, { kind: 'ready' }>): void {
    this.ready = true;
    this.trouble = undefined;
    this.#provider ??= message.executionProvider;
    this.#restartDelay = RESTART_DELAY.initial;
    this.#watch?.stage();
    this.#options.onEvent({ ...message, processId: this.#child?.pid ?? 0 });
    this.#onSettled();
    void this.#claim();
  }

  get #isIdle(): boolean {
    return this.ready && this.#item === undefined && this.#goldenScan !== 'running';
  }

  async #claim(): Promise<void> {
    if (!this.#isIdle || this.#stopped || this.#claiming) return;
    const child = this.#child;
    if (this.#goldenScan === 'wanted') {
      this.#goldenScan = 'running';
      this.#send({ kind: 'golden-scan' });
      return;
    }
    this.#claiming = true;
    clearTimeout(this.#poll);
    try {
      this.#item = await this.#options.queue.claim(`worker-${child?.pid ?? 0}`);
    } catch (error) {
      this.#options.onEvent({ kind: 'queue-error', error });
    } finally {
      this.#claiming = false;
    }
    if (this.#item === undefined) {
      this.#askLater();
    } else if (this.ready && child === this.#child) {
      const { workitemUid, acquisition, otherScans, order } = this.#item;
      this.#lastProgress = undefined;
      this.#reportedAt = Date.now();
      this.#watch?.stage('volume');
      const profiles = this.#options.profiles();
      this.#send({ kind: 'read', workitemUid, acquisition, otherScans, order, profiles });
    } else {
      // The process may have ended during the await, and another stand in its place.
      await this.#settle((item) => this.#giveUp(item, 'the worker process ended before it began'));
    }
  }

  #send(request: WorkerRequest): void {
    // A pipe that broke is followed by the exit, which says all; without a callback it would be thrown.
    this.#child?.send(request, () => undefined);
    this.#watch?.alive(false);
  }

  #askLater(): void {
    if (this.#stopped) return;
    this.#poll = setTimeout(() => void this.#claim(), POLL_INTERVAL);
  }

  async #report(message: ProgressMessage): Promise<void> {
    const item = this.#item;
    if (item?.workitemUid !== message.workitemUid) return;
    this.#lastProgress = message;
    this.#reportedAt = Date.now();
    try {
      await this.#options.queue.progress(item, message.percent, message.stage);
    } catch (error) {
      this.#options.onEvent({ kind: 'queue-error', error });
    }
  }

  /** A long stage without progress must not cost the lease. */
  async #keepLease(): Promise<void> {
    const item = this.#item;
    if (item === undefined || Date.now() - this.#reportedAt < this.#options.limits.silence / 3) {
      return;
    }
    const { workitemUid } = item;
    const start = { kind: 'progress', workitemUid, percent: 0, stage: 'volume' } as const;
    await this.#report(this.#lastProgress ?? start);
  }

  /** Hands the workitem in hand back to the queue in one way or another and looks for the next. */
  async #settle(how: (item: ClaimedWorkitem) => Promise<void>): Promise<void> {
    const item = this.#item;
    if (item === undefined) return;
    this.#watch?.stage();
    try {
      await how(item);
    } catch (error) {
      this.#options.onEvent({ kind: 'queue-error', error });
    }
    this.#item = undefined;
    if (this.ready) this.#watch?.alive(true);
    await this.#claim();
  }

  #giveUp(item: ClaimedWorkitem, reason: string): Promise<void> {
    return this.#options.queue.fail(item, 'OCT_WORKER_ENDED', reason);
  }

  #kill(reason: string): void {
    this.ready = false;
    this.#killedBecause ??= reason;
    this.#child?.kill('SIGKILL');
  }

  async #replace(processId: number, reason: string): Promise<void> {
    this.ready = false;
    this.trouble ??= reason;
    clearTimeout(this.#poll);
    this.#watch?.end();
    if (this.#stopped) return;
    this.#options.onEvent({ kind: 'ended', processId, reason });
    await this.#settle((item) => this.#giveUp(item, reason));
    this.#onSettled();
    setTimeout(() => {
      this.start();
    }, this.#restartDelay);
    this.#restartDelay = Math.min(this.#restartDelay * 2, RESTART_DELAY.maximum);
  }
}
