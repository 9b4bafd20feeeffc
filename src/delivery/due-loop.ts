/** What is due, by the peer that it is for. */
export interface DueWork {
  peersDue(): Promise<readonly string[]>;
  /** When the next is due after now, in ms since 1970. */
  nextDueAt(): Promise<number | undefined>;
  /** Does one piece of what is due for the peer; `false` where nothing is. */
  runNext(peer: string): Promise<boolean>;
}

export interface DueLoopOptions {
  readonly now: () => number;
  /** Wait after an error of our own, in ms: what fails at once would fail in a loop. */
  readonly waitAfterError: number;
  readonly onError: (error: unknown, peer: string | undefined) => void;
}

/** Longest delay that a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Does what is due, each peer in a chain of its own so that one that is down delays nobody else; then sleeps (R28). */
export class DueLoop {
  private readonly chains = new Map<string, Promise<void>>();
  /** Peers that failed on our side, until they may be tried again. */
  private readonly resting = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(
    private readonly work: DueWork,
    private readonly options: DueLoopOptions,
  ) {}

  /** Something may be due. */
  wake(): void {
    if (this.stopped) return;
    this.again = true;
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
      if (this.again) this.wake();
    });
  }

  /** Finishes what is in hand, begins nothing more. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.again = false;
    clearTimeout(this.timer);
    await this.looking;
    clearTimeout(this.timer);
    await Promise.all(this.chains.values());
  }

  private async look(): Promise<void> {
    this.again = false;
    const { now, waitAfterError, onError } = this.options;
    let wakeAt: number | undefined;
    try {
      // First what is not due yet: asked after `peersDue`, what comes due in between would be in neither answer.
      wakeAt = await this.work.nextDueAt();
      for (const peer of await this.work.peersDue()) {
        const rest = this.resting.get(peer) ?? 0;
        if (rest > now()) wakeAt = Math.min(wakeAt ?? Infinity, rest);
        else this.begin(peer);
      }
    } catch (error) {
      onError(error, undefined);
      wakeAt = now() + waitAfterError;
    }
    if (wakeAt !== undefined) this.sleepUntil(wakeAt);
  }

  private begin(peer: string): void {
    if (this.stopped || this.chains.has(peer)) return;
    const chain = this.runAll(peer).finally(() => {
      this.chains.delete(peer);
      this.wake();
    });
    this.chains.set(peer, chain);
  }

  private async runAll(peer: string): Promise<void> {
    try {
      this.resting.delete(peer);
      while (!this.stopped && (await this.work.runNext(peer)));
    } catch (error) {
      this.resting.set(peer, this.options.now() + this.options.waitAfterError);
      this.options.onError(error, peer);
    }
  }

  private sleepUntil(at: number): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    const wait = Math.min(Math.max(1, at - this.options.now()), MAX_TIMER_MS);
    this.timer = setTimeout(() => {
      this.wake();
    }, wait);
    this.timer.unref();
  }
}
