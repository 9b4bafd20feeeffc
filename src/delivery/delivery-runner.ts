import { DestinationQueue } from './destination-queue.js';
import type { OutboxPort, Send } from './ports.js';
import { DEFAULT_BACK_OFF, type BackOff } from './retry-table.js';

export interface DeliveryOptions<Destination extends { readonly name: string }> {
  readonly destinations: readonly Destination[];
  readonly outbox: OutboxPort;
  readonly send: Send<Destination>;
  readonly backOff?: BackOff;
  /** Told of what goes wrong on our own side (ledger, sender's defect); the queue goes on after a wait. */
  readonly onError?: (error: unknown, destination: string) => void;
  readonly now?: () => number;
  readonly random?: () => number;
}

/**
 * Sends what is in the outbox, each destination in a queue of its own: one that is down delays nobody else (R28, R29).
 * Holds no state that is not in the outbox, so a restart goes on where the last run stopped.
 */
export class DeliveryRunner<Destination extends { readonly name: string }> {
  private readonly queues: readonly DestinationQueue<Destination>[];

  constructor({ destinations, ...options }: DeliveryOptions<Destination>) {
    this.queues = destinations.map(
      (destination) =>
        new DestinationQueue(destination, {
          ...options,
          backOff: options.backOff ?? DEFAULT_BACK_OFF,
          now: options.now ?? Date.now,
          random: options.random ?? Math.random,
          onError: options.onError ?? (() => undefined),
        }),
    );
  }

  /** Begins with what is due. */
  start(): void {
    for (const queue of this.queues) queue.wake();
  }

  /** Something new is in the outbox. */
  notify(): void {
    this.start();
  }

  /** Finishes the associations in hand, begins no further ones. */
  async stop(): Promise<void> {
    await Promise.all(this.queues.map((queue) => queue.stop()));
  }
}
