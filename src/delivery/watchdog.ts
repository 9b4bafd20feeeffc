import type { QueueStatus } from './destination-queue.js';

/** Deliveries that are due and have not begun, or were begun and do not end. */
export interface Stuck {
  readonly destination: string;
  readonly state: 'pending' | 'sending';
  readonly count: number;
  /** When the oldest was due (ms since 1970). */
  readonly since: number;
}

/** What does not move at one destination, and why as far as it is known. */
export interface Standstill {
  readonly destination: string;
  readonly reason: string;
}

/**
 * What of the stuck deliveries calls for somebody (R30). A destination that does not answer, or whose hours are not
 * now, waits for a reason that is known: no alarm. One that is in no table any more has nobody who would ever send.
 *
 * @param patience so long nothing may have ended at a destination that has something to send, in ms
 */
export function standstills(
  stuck: readonly Stuck[],
  queues: readonly QueueStatus[],
  now: number,
  patience: number,
): readonly Standstill[] {
  return stuck.flatMap(({ destination, state, count, since }) => {
    const queue = queues.find((one) => one.destination === destination);
    const seconds = Math.round((now - since) / 1000);
    const waiting = `${count} due for ${seconds} s`;
    if (state === 'sending') {
      return [{ destination, reason: `${count} being sent for ${seconds} s without an end` }];
    }
    if (queue === undefined) {
      return [{ destination, reason: `${waiting}, and no destination has this name` }];
    }
    // A long queue is no standstill while associations end.
    if (queue.restsUntil !== undefined || queue.breaker === 'trial') return [];
    if (now - queue.movedAt < patience) return [];
    const why = queue.associations > 0 ? 'an association is in hand' : 'and nothing is being sent';
    return [{ destination, reason: `${waiting}, ${why}` }];
  });
}
