import { DueLoop } from './due-loop.js';
import { DELIVERY_ERRORS } from './errors.js';
import type { HeldObject } from './ports.js';
import { DEFAULT_BACK_OFF, waitAfter, type BackOff } from './retry-table.js';

/** What is to be asked of which destination, as the archive keeps it. */
export interface VerificationsPort {
  destinationsDue(): Promise<readonly string[]>;
  nextDueAt(): Promise<number | undefined>;
  claim(
    destination: string,
  ): Promise<readonly (HeldObject & { readonly id: number; readonly attempt: number })[]>;
  settle(
    settlements: readonly ({ readonly id: number } & (
      | { readonly state: 'verified' }
      | { readonly state: 'wanted'; readonly nextAttemptAt: number; readonly reason: string }
      | { readonly state: 'failed'; readonly reason: string }
    ))[],
  ): Promise<void>;
}

export interface VerificationRunnerOptions {
  readonly verifications: VerificationsPort;
  /** Which of these objects the destination holds; rejects where it does not answer. */
  readonly query: (
    destination: string,
    objects: readonly HeldObject[],
  ) => Promise<ReadonlySet<string>>;
  /** Told of objects that a destination does not hold, however often it was asked. */
  readonly onMissing?: (destination: string, sopInstanceUids: readonly string[]) => void;
  readonly backOff?: BackOff;
  readonly onError?: (error: unknown, destination: string | undefined) => void;
  readonly now?: () => number;
  readonly random?: () => number;
}

/** A PACS may take its time to index: with the back-off of the settings eight answers span some twenty minutes. */
export const MOST_ANSWERS = 8;

const NOT_FOUND = `OCT_DELIVERY_NOT_VERIFIED: ${DELIVERY_ERRORS.OCT_DELIVERY_NOT_VERIFIED.sentence}`;

/**
 * Asks destinations for what they said to have taken. One that does not answer is asked again for as long as anything is
 * delivered to it; one that answers without the object is asked `MOST_ANSWERS` times, then someone must look.
 */
export class VerificationRunner {
  private readonly loop: DueLoop;
  private readonly backOff: BackOff;

  constructor(private readonly options: VerificationRunnerOptions) {
    const { verifications, onError = () => undefined, now = Date.now } = options;
    this.backOff = options.backOff ?? DEFAULT_BACK_OFF;
    this.loop = new DueLoop(
      {
        peersDue: () => verifications.destinationsDue(),
        nextDueAt: () => verifications.nextDueAt(),
        runNext: (destination) => this.ask(destination),
      },
      { now, onError, waitAfterError: this.backOff.initialMs },
    );
  }

  notify(): void {
    this.loop.wake();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async ask(destination: string): Promise<boolean> {
    const { verifications, query, now = Date.now, random = Math.random } = this.options;
    const objects = await verifications.claim(destination);
    if (objects.length === 0) return false;
    const missing: string[] = [];
    const answer = await query(destination, objects).catch((error: unknown) => {
      this.options.onError?.(error, destination);
      return undefined;
    });
    await verifications.settle(
      objects.map(({ id, attempt, sopInstanceUid }) => {
        if (answer?.has(sopInstanceUid)) return { id, state: 'verified' };
        const reason = answer ? NOT_FOUND : 'the destination did not answer the query';
        const most = answer ? MOST_ANSWERS : Infinity;
        const backOff = { ...this.backOff, maxAttempts: most };
        const wait = waitAfter('transient', attempt, backOff, random);
        if (wait !== undefined) {
          return { id, state: 'wanted', nextAttemptAt: now() + wait, reason };
        }
        missing.push(sopInstanceUid);
        return { id, state: 'failed', reason };
      }),
    );
    if (missing.length > 0) this.options.onMissing?.(destination, missing);
    return true;
  }
}
