import type { RetryPolicy } from '../../config/delivery-terms.js';
import type { NotificationFact } from '../../values/notification.js';
import { DueRunner, type DueRunnerOptions } from '../due-runner.js';
import type { ErrorClass } from '../outcome-table.js';
import { policyOf, waitAfter } from '../retry-table.js';

/** Who is to be told, as the archive keeps it. */
export interface NotificationsPort {
  targetsDue(): Promise<readonly string[]>;
  nextDueAt(): Promise<number | undefined>;
  claim(target: string): Promise<
    | {
        readonly id: number;
        readonly fact: NotificationFact;
        readonly attempt: number;
        readonly most: number;
      }
    | undefined
  >;
  settle(
    target: string,
    settlement: { readonly id: number; readonly status?: number | undefined } & (
      | { readonly state: 'sent' }
      | { readonly state: 'failed'; readonly cause: string; readonly reason: string }
      | {
          readonly state: 'pending';
          readonly cause: string;
          readonly reason: string;
          readonly nextAttemptAt: number;
        }
    ),
  ): Promise<void>;
}

/** How one attempt ended. An attempt without an answer is repeated: the receiver knows the key. */
export type NotificationOutcome =
  | { readonly kind: 'taken'; readonly status: number }
  | {
      readonly kind: 'not-taken';
      readonly failure: ErrorClass;
      readonly code: string;
      readonly reason: string;
      readonly status?: number | undefined;
    };

export interface NotificationRunnerOptions extends DueRunnerOptions {
  readonly notifications: NotificationsPort;
  /** Never rejects. */
  readonly send: (target: string, fact: NotificationFact) => Promise<NotificationOutcome>;
  /** The back-off of a target where it has one. */
  readonly policy: (target: string) => RetryPolicy | undefined;
  /** Told of each attempt that ended. */
  readonly onOutcome: (
    target: string,
    fact: NotificationFact,
    outcome: NotificationOutcome,
    state: 'sent' | 'pending' | 'failed',
  ) => void;
}

/** Tells each target what it is to be told, one after the other; a target that is down delays no other (R28). */
export class NotificationRunner extends DueRunner {
  constructor(private readonly options: NotificationRunnerOptions) {
    const { notifications } = options;
    super(
      {
        peersDue: () => notifications.targetsDue(),
        nextDueAt: () => notifications.nextDueAt(),
      },
      options,
    );
  }

  protected override async runNext(target: string): Promise<boolean> {
    const { notifications, send, policy, onOutcome } = this.options;
    const claimed = await notifications.claim(target);
    if (claimed === undefined) return false;
    const { id, fact, attempt, most } = claimed;
    const outcome = await send(target, fact);
    if (outcome.kind === 'taken') {
      await notifications.settle(target, { id, status: outcome.status, state: 'sent' });
      onOutcome(target, fact, outcome, 'sent');
      return true;
    }
    const { failure, code: cause, reason, status } = outcome;
    const backOff = policyOf(this.backOff, policy(target));
    const said = { id, status, cause, reason };
    if (waitAfter(failure, attempt, backOff, this.random) === undefined) {
      await notifications.settle(target, { ...said, state: 'failed' });
      onOutcome(target, fact, outcome, 'failed');
      return true;
    }
    // As long as for the one that was tried most often: what is new must not ask a dead receiver from the start again.
    const patient = { ...backOff, maxAttempts: Infinity };
    const wait = waitAfter(failure, most, patient, this.random) ?? backOff.maxMs;
    await notifications.settle(target, {
      ...said,
      state: 'pending',
      nextAttemptAt: this.now() + wait,
    });
    onOutcome(target, fact, outcome, 'pending');
    return true;
  }
}
