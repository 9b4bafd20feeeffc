import {
  DestinationQueue,
  type QueueOptions,
  type QueuedDestination,
  type QueueStatus,
} from './destination-queue.js';
import type { OutboxPort, Query, Send } from './ports.js';
import { DEFAULT_BACK_OFF, type BackOff } from './retry-table.js';

export interface DeliveryOptions<Destination extends QueuedDestination> {
  readonly destinations: readonly Destination[];
  readonly outbox: OutboxPort;
  readonly send: Send<Destination>;
  /** Asks a destination whose terms allow it what it holds. */
  readonly query?: Query<Destination>;
  readonly backOff?: BackOff;
  /** Told of what goes wrong on our own side (ledger, sender's defect); the queue goes on after a wait. */
  readonly onError?: (error: unknown, destination: string) => void;
  /** Told when outcomes of deliveries are on record: commitment may be asked for. */
  readonly onSettled?: () => void;
  /** Told when a destination does not answer any more, and when it does again. */
  readonly onTurn?: (destination: string, turn: 'recovered' | 'opened') => void;
  readonly now?: () => number;
  readonly random?: () => number;
}

/**
 * Sends what is in the outbox, each destination in a queue of its own: one that is down delays nobody else (R28, R29).
 * Holds no state that is not in the outbox, so a restart goes on where the last run stopped.
 */
export class DeliveryRunner<Destination extends QueuedDestination> {
  private readonly options: QueueOptions<Destination>;
  private queues = new Map<string, DestinationQueue<Destination>>();
  /** Queues whose destination is gone, until their association in hand is over. */
  private readonly leaving = new Set<Promise<void>>();

  constructor({ destinations, ...options }: DeliveryOptions<Destination>) {
    this.options = {
      ...options,
      backOff: options.backOff ?? DEFAULT_BACK_OFF,
      now: options.now ?? Date.now,
      random: options.random ?? Math.random,
      onError: options.onError ?? (() => undefined),
    };
    for (const destination of destinations) this.add(destination);
  }

  /** The table has changed: a destination that moved is found at its new address, one that is gone is left in peace. */
  setDestinations(destinations: readonly Destination[]): void {
    const names = new Set(destinations.map(({ name }) => name));
    for (const [name, queue] of this.queues) {
      if (names.has(name)) continue;
      this.queues.delete(name);
      const stopping = queue.stop().finally(() => this.leaving.delete(stopping));
      this.leaving.add(stopping);
    }
    for (const destination of destinations) {
      const queue = this.queues.get(destination.name);
      if (queue) queue.destination = destination;
      else this.add(destination);
    }
    this.start();
  }

  private add(destination: Destination): void {
    this.queues.set(destination.name, new DestinationQueue(destination, this.options));
  }

  /** Begins with what is due. */
  start(): void {
    for (const queue of this.queues.values()) queue.wake();
  }

  /** Something new is in the outbox. */
  notify(): void {
    this.start();
  }

  /** How each destination stands. */
  get status(): readonly QueueStatus[] {
    return [...this.queues.values()].map((queue) => queue.status);
  }

  /** Finishes the associations in hand, begins no further ones. */
  async stop(): Promise<void> {
    const queues = [...this.queues.values()];
    await Promise.all([...queues.map((queue) => queue.stop()), ...this.leaving]);
  }
}
