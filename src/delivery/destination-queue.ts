import { describeOutcome, judge, type SendOutcome } from './outcome-table.js';
import type { ClaimedDelivery, OutboxPort, Send, Settlement } from './ports.js';
import { waitAfter, type BackOff } from './retry-table.js';

export interface QueueOptions<Destination> {
  readonly outbox: OutboxPort;
  readonly send: Send<Destination>;
  readonly backOff: BackOff;
  readonly now: () => number;
  readonly random: () => number;
  readonly onError: (error: unknown, destination: string) => void;
  /** Told when outcomes of deliveries are on record. */
  readonly onSettled?: (() => void) | undefined;
}

export interface QueuedDestination {
  readonly name: string;
  /** Present where it is asked for storage commitment of what it got. */
  readonly commitment?: unknown;
}

/** Longest delay that a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The deliveries to one destination: one association at a time, one study an association (R19). */
export class DestinationQueue<Destination extends QueuedDestination> {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private woken = false;
  private stopped = false;
  /** Outcomes that the ledger would not take; put on record before anything else is sent. */
  private unsettled: readonly Settlement[] = [];

  constructor(
    /** Its address may change; the name does not. */
    public destination: Destination,
    private readonly options: QueueOptions<Destination>,
  ) {}

  /** Sends what is due now, then sleeps until the next attempt is. */
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
    const { outbox, now, onError, backOff } = this.options;
    let wakeAt: number | undefined;
    try {
      while (this.woken && !this.stopped) {
        this.woken = false;
        while (await this.sendNext());
        wakeAt = await outbox.nextDueAt(this.destination.name);
      }
    } catch (error) {
      onError(error, this.destination.name);
      wakeAt = now() + backOff.initialMs; // not at once: what fails at once would fail in a loop
    }
    // In the same turn as the last look at `woken`: a call in between would be lost.
    this.running = undefined;
    if (wakeAt !== undefined && !this.stopped) this.sleepUntil(wakeAt);
  }

  private sleepUntil(at: number): void {
    const wait = Math.min(Math.max(1, at - this.options.now()), MAX_TIMER_MS);
    this.timer = setTimeout(() => {
      this.wake();
    }, wait);
    this.timer.unref();
  }

  /** One association with what is due of one study; `false` where nothing is due. */
  private async sendNext(): Promise<boolean> {
    if (this.stopped) return false;
    const { outbox, send } = this.options;
    await this.settle();
    const deliveries = await outbox.claim(this.destination.name);
    if (deliveries.length === 0) return false;
    let outcomes: readonly SendOutcome[] = [];
    try {
      outcomes = await send(this.destination, deliveries);
    } catch (error) {
      this.options.onError(error, this.destination.name);
    }
    this.unsettled = deliveries.map((delivery, index) =>
      this.settlement(delivery, outcomes[index] ?? UNKNOWN),
    );
    await this.settle();
    return true;
  }

  private async settle(): Promise<void> {
    if (this.unsettled.length === 0) return;
    await this.options.outbox.settle(this.unsettled);
    this.unsettled = [];
    this.options.onSettled?.();
  }

  private settlement(delivery: ClaimedDelivery, outcome: SendOutcome): Settlement {
    const { backOff, now, random } = this.options;
    const judgement = judge(outcome, delivery.ambiguousAttempts);
    const said = {
      id: delivery.id,
      status: outcome.kind === 'answered' ? outcome.status : undefined,
      comment: describe(outcome, judgement.note),
    };
    if (judgement.delivered) {
      const commitment = this.destination.commitment !== undefined;
      return { ...said, state: 'delivered', ...(commitment && { commitment }) };
    }
    const { errorClass } = judgement;
    const wait = waitAfter(errorClass, delivery.attempt, backOff, random);
    return wait === undefined
      ? { ...said, state: 'failed', errorClass }
      : { ...said, state: 'pending', errorClass, nextAttemptAt: now() + wait };
  }
}

/** The sender threw or forgot an object: it may have been sent. */
const UNKNOWN: SendOutcome = {
  kind: 'failed',
  failure: 'ambiguous',
  code: 'OCT_DELIVERY_UNKNOWN',
  reason: 'the sender gave no outcome for this object',
};

function describe(outcome: SendOutcome, note: string | undefined): string | undefined {
  const parts = [describeOutcome(outcome), note].filter(
    (part) => part !== undefined && part !== '',
  );
  return parts.length === 0 ? undefined : parts.join('; ');
}
