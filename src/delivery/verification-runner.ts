import { DueRunner, type DueRunnerOptions } from './due-runner.js';
import { DELIVERY_ERRORS } from './errors.js';
import type { HeldObject } from './ports.js';
import { waitAfter } from './retry-table.js';

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

export interface VerificationRunnerOptions extends DueRunnerOptions {
  readonly verifications: VerificationsPort;
  /** Which of these objects the destination holds; rejects where it does not answer. */
  readonly query: (
    destination: string,
    objects: readonly HeldObject[],
  ) => Promise<ReadonlySet<string>>;
  /** Told of objects that a destination does not hold, however often it was asked. */
  readonly onMissing?: (destination: string, sopInstanceUids: readonly string[]) => void;
}

/** A PACS may take its time to index: with the back-off of the settings eight answers span some twenty minutes. */
export const MOST_ANSWERS = 8;

const NOT_FOUND = `OCT_DELIVERY_NOT_VERIFIED: ${DELIVERY_ERRORS.OCT_DELIVERY_NOT_VERIFIED.sentence}`;

/**
 * Asks destinations for what they said to have taken. One that does not answer is asked again for as long as anything is
 * delivered to it; one that answers without the object is asked `MOST_ANSWERS` times, then someone must look.
 */
export class VerificationRunner extends DueRunner {
  constructor(private readonly options: VerificationRunnerOptions) {
    const { verifications } = options;
    super(
      {
        peersDue: () => verifications.destinationsDue(),
        nextDueAt: () => verifications.nextDueAt(),
      },
      options,
    );
  }

  protected override async runNext(destination: string): Promise<boolean> {
    const { verifications, query } = this.options;
    const objects = await verifications.claim(destination);
    if (objects.length === 0) return false;
    const missing: string[] = [];
    const answer = await query(destination, objects).catch((error: unknown) => {
      this.onError(error, destination);
      return undefined;
    });
    await verifications.settle(
      objects.map(({ id, attempt, sopInstanceUid }) => {
        if (answer?.has(sopInstanceUid)) return { id, state: 'verified' };
        const reason = answer ? NOT_FOUND : 'the destination did not answer the query';
        const most = answer ? MOST_ANSWERS : Infinity;
        const backOff = { ...this.backOff, maxAttempts: most };
        const wait = waitAfter('transient', attempt, backOff, this.random);
        if (wait !== undefined) {
          return { id, state: 'wanted', nextAttemptAt: this.now() + wait, reason };
        }
        missing.push(sopInstanceUid);
        return { id, state: 'failed', reason };
      }),
    );
    if (missing.length > 0) this.options.onMissing?.(destination, missing);
    return true;
  }
}
