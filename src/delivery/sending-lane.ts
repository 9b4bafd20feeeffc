import type { ClaimedDelivery, OutboxPort, Settlement } from './ports.js';

export interface LaneOptions {
  readonly outbox: OutboxPort;
  readonly now: () => number;
  readonly destination: string;
  /** Wait after an error of our own, in ms: what fails at once would fail in a loop. */
  readonly waitAfterError: number;
  /** `false` once the destination is to have fewer associations at a time. */
  readonly isWanted: () => boolean;
  /** Until when nothing is sent (ms since 1970). */
  readonly restsUntil: () => number | undefined;
  /** May an association be opened? */
  readonly begin: () => boolean;
  /** Nothing was due after all. */
  readonly withdraw: () => void;
  readonly deliver: (deliveries: readonly ClaimedDelivery[]) => Promise<readonly Settlement[]>;
  readonly onError: (error: unknown) => void;
  readonly onSettled: () => void;
}

/** Longest delay that a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** One association after the other to one destination: sends what is due, then sleeps until the next attempt is. */
export class SendingLane {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private woken = false;
  private stopped = false;
  /** Outcomes that the ledger would not take; put on record before anything else is sent. */
  private unsettled: readonly Settlement[] = [];

  constructor(private readonly options: LaneOptions) {}

  wake(): void {
    if (this.stopped) return;
    this.woken = true;
    clearTimeout(this.timer);
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    const { outbox, now, destination, onError, waitAfterError, restsUntil } = this.options;
    let wakeAt: number | undefined;
    try {
      while (this.woken && !this.stopped) {
        this.woken = false;
        let did = await this.sendNext();
        while (did === 'sent') did = await this.sendNext();
        const dueAt = did === 'waits' ? await outbox.nextDueAt(destination) : undefined;
        wakeAt = dueAt === undefined ? undefined : Math.max(dueAt, restsUntil() ?? 0);
      }
    } catch (error) {
      onError(error);
      wakeAt = now() + waitAfterError;
    }
    // In the same turn as the last look at `woken`: a call in between would be lost.
    this.running = undefined;
    if (wakeAt !== undefined && !this.stopped) this.sleepUntil(wakeAt);
  }

  private sleepUntil(at: number): void {
    const wait = Math.min(Math.max(SHORTEST_SLEEP_MS, at - this.options.now()), MAX_TIMER_MS);
    this.timer = setTimeout(() => {
      this.wake();
    }, wait);
    this.timer.unref();
  }

  /**
   * One association with what is due of one study. `waits` where a time must come first; `aside` where others must do
   * something first: they wake this lane.
   */
  private async sendNext(): Promise<'sent' | 'waits' | 'aside'> {
    const { outbox, destination, now, restsUntil, begin, withdraw, isWanted } = this.options;
    await this.settle();
    if (this.stopped || !isWanted()) return 'aside';
    if (restsUntil() !== undefined) return 'waits';
    const dueAt = await outbox.nextDueAt(destination); // read without the writer: most wakings find nothing
    if (dueAt === undefined || dueAt > now()) return 'waits';
    if (!begin()) return 'aside';
    let deliveries: readonly ClaimedDelivery[] = [];
    try {
      deliveries = await outbox.claim(destination);
    } finally {
      if (deliveries.length === 0) withdraw();
    }
    if (deliveries.length === 0) return 'waits';
    this.unsettled = await this.options.deliver(deliveries);
    await this.settle();
    return 'sent';
  }

  private async settle(): Promise<void> {
    if (this.unsettled.length === 0) return;
    await this.options.outbox.settle(this.unsettled);
    this.unsettled = [];
    this.options.onSettled();
  }
}

const SHORTEST_SLEEP_MS = 5;
