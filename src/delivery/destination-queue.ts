import type { DeliveryTerms } from '../config/delivery-terms.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { opensAt } from './hours.js';
import { DUPLICATE_SOP_INSTANCE, type Held, type SendOutcome } from './outcome-table.js';
import type { ClaimedDelivery, OutboxPort, Query, Send } from './ports.js';
import { policyOf, type BackOff } from './retry-table.js';
import { SendingLane } from './sending-lane.js';
import { settlementOf } from './settlement.js';
import { MIB } from '../values/units.js';

export interface QueueOptions<Destination> {
  readonly outbox: OutboxPort;
  readonly send: Send<Destination>;
  /** Absent: no destination can be asked what it holds. */
  readonly query?: Query<Destination> | undefined;
  readonly backOff: BackOff;
  readonly now: () => number;
  readonly random: () => number;
  readonly onError: (error: unknown, destination: string) => void;
  /** Told when outcomes of deliveries are on record. */
  readonly onSettled?: (() => void) | undefined;
  /** Told when a destination does not answer any more, and when it does again. */
  readonly onTurn?: ((destination: string, turn: 'recovered' | 'opened') => void) | undefined;
}

export interface QueuedDestination extends DeliveryTerms {
  readonly name: string;
  /** Present where it is asked for storage commitment of what it got. */
  readonly commitment?: unknown;
}

/** How a queue stands, for health, metrics and the console. */
export interface QueueStatus {
  readonly destination: string;
  readonly breaker: CircuitBreaker['state'];
  /** Until when nothing is sent (ms since 1970): it does not answer, or it is not its hours. */
  readonly restsUntil: number | undefined;
  /** Associations in hand. */
  readonly associations: number;
  /** When the last one ended, or the queue began (ms since 1970). */
  readonly movedAt: number;
}

/**
 * The deliveries to one destination: one study an association (R19), one association at a time or as many as its terms
 * allow. Its breaker and its hours hold for all of them.
 */
export class DestinationQueue<Destination extends QueuedDestination> {
  private readonly breaker: CircuitBreaker;
  private readonly lanes: SendingLane[] = [];
  private stopped = false;
  private inHand = 0;
  private movedAt: number;
  private current: Destination;

  constructor(
    destination: Destination,
    private readonly options: QueueOptions<Destination>,
  ) {
    this.current = destination;
    this.movedAt = options.now();
    this.breaker = new CircuitBreaker(options.now, options.random);
  }

  /** Its address and terms may change; the name does not. */
  set destination(destination: Destination) {
    this.current = destination;
  }

  get status(): QueueStatus {
    const { name: destination } = this.current;
    const { state: breaker } = this.breaker;
    const { inHand: associations, movedAt } = this;
    return { destination, breaker, restsUntil: this.restsUntil(), associations, movedAt };
  }

  /** Sends what is due now, then sleeps until the next attempt is. */
  wake(): void {
    if (this.stopped) return;
    const wanted = this.current.associations ?? 1;
    while (this.lanes.length < wanted) this.lanes.push(this.lane(this.lanes.length));
    for (const lane of this.lanes) lane.wake();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.lanes.map((lane) => lane.stop()));
  }

  private lane(index: number): SendingLane {
    const { outbox, now, backOff, onError, onSettled } = this.options;
    return new SendingLane({
      outbox,
      now,
      destination: this.current.name,
      waitAfterError: backOff.initialMs,
      isWanted: () => index < (this.current.associations ?? 1),
      restsUntil: () => this.restsUntil(),
      begin: () => this.breaker.begin(),
      withdraw: () => {
        this.breaker.withdraw();
      },
      deliver: (deliveries) => this.deliver(deliveries),
      onError: (error) => {
        onError(error, this.current.name);
      },
      onSettled: () => {
        onSettled?.();
        if (this.lanes.length > 1) this.wake(); // the study is free for another lane
      },
    });
  }

  private restsUntil(): number | undefined {
    const until = [
      this.breaker.closedToUsUntil,
      opensAt(this.current.hours, this.options.now()),
    ].filter((at) => at !== undefined);
    return until.length === 0 ? undefined : Math.max(...until);
  }

  /** One association: what came of each object. */
  private async deliver(deliveries: readonly ClaimedDelivery[]) {
    const { now, random, outbox, onTurn } = this.options;
    const destination = this.current;
    const backOff = policyOf(this.options.backOff, destination.retry);
    const outcomes = await this.send(destination, deliveries);
    const held = await this.heldOf(destination, deliveries, outcomes);
    const turn = this.breaker.ended(outcomes.some(isAnswer), backOff);
    if (turn !== undefined) onTurn?.(destination.name, turn);
    if (turn === 'recovered') await outbox.hasten(destination.name);
    const circumstances = { backOff, now: now(), random };
    return deliveries.map((delivery, index) =>
      settlementOf(
        delivery,
        outcomes[index] ?? UNKNOWN,
        held.get(delivery.sopInstanceUid),
        destination,
        circumstances,
      ),
    );
  }

  private async send(
    destination: Destination,
    deliveries: readonly ClaimedDelivery[],
  ): Promise<readonly SendOutcome[]> {
    const most = (destination.maximumObjectSize ?? Infinity) * MIB;
    const sendable = deliveries.filter(({ byteLength }) => byteLength <= most);
    let sent: readonly SendOutcome[] = [];
    this.inHand += 1;
    try {
      if (sendable.length > 0) sent = await this.options.send(destination, sendable);
    } catch (error) {
      this.options.onError(error, destination.name);
    } finally {
      this.inHand -= 1;
      this.movedAt = this.options.now();
    }
    const outcomeOf = new Map(sendable.map((one, index) => [one, sent[index] ?? UNKNOWN]));
    return deliveries.map((delivery) => outcomeOf.get(delivery) ?? tooLarge(delivery, most));
  }

  /** Asks after what the destination calls a duplicate (R34). */
  private async heldOf(
    destination: Destination,
    deliveries: readonly ClaimedDelivery[],
    outcomes: readonly SendOutcome[],
  ): Promise<ReadonlyMap<string, Held>> {
    const { query, onError } = this.options;
    const duplicates = deliveries.filter((_, index) => {
      const outcome = outcomes[index];
      return outcome?.kind === 'answered' && outcome.status === DUPLICATE_SOP_INSTANCE;
    });
    if (duplicates.length === 0 || !query || !destination.verify) return new Map();
    const answer = await query(destination, duplicates).catch((error: unknown) => {
      onError(error, destination.name);
      return undefined;
    });
    return new Map(
      duplicates.map(({ sopInstanceUid }): [string, Held] => [
        sopInstanceUid,
        answer === undefined ? 'not-answered' : answer.has(sopInstanceUid) ? 'held' : 'not-held',
      ]),
    );
  }
}

/** Does this show that the destination is there and works? What was not even sent, or met no answer, does not. */
function isAnswer(outcome: SendOutcome): boolean {
  if (outcome.kind === 'failed') return outcome.failure === 'permanent';
  return (outcome.status & 0xff00) !== 0xa700; // out of resources: a full disk is as good as down
}

/** The sender threw or forgot an object: it may have been sent. */
const UNKNOWN: SendOutcome = {
  kind: 'failed',
  failure: 'ambiguous',
  code: 'OCT_DELIVERY_UNKNOWN',
  reason: 'the sender gave no outcome for this object',
};

function tooLarge({ byteLength }: ClaimedDelivery, most: number): SendOutcome {
  return {
    kind: 'failed',
    failure: 'permanent',
    code: 'OCT_DELIVERY_TOO_LARGE',
    reason: `the object has ${byteLength} bytes, the destination is sent at most ${most}`,
  };
}
