import type { CommitmentRequest } from '../values/storage-commitment.js';
import { DueRunner, type DueRunnerOptions } from './due-runner.js';
import { classOfStatus, describeOutcome, type SendOutcome } from './outcome-table.js';
import { waitAfter } from './retry-table.js';

/** What is to be asked of which destination, as the archive keeps it. */
export interface InquiriesPort {
  destinationsDue(): Promise<readonly string[]>;
  nextDueAt(): Promise<number | undefined>;
  /** Puts aside what no report came to in time; the SOP Instance UIDs that are given up. */
  expire(destination: string): Promise<readonly string[]>;
  claim(
    destination: string,
  ): Promise<(CommitmentRequest & { readonly attempt: number }) | undefined>;
  settle(
    transactionUid: string,
    settlement:
      | { readonly state: 'asked'; readonly reportDueAt: number }
      | { readonly state: 'wanted'; readonly nextAttemptAt: number; readonly reason: string }
      | { readonly state: 'failed'; readonly reason: string },
  ): Promise<void>;
}

export interface CommitmentRunnerOptions extends DueRunnerOptions {
  readonly inquiries: InquiriesPort;
  /** The request and its answer; the report to it goes another way. */
  readonly ask: (destination: string, request: CommitmentRequest) => Promise<SendOutcome>;
  /** How long a report may take, in ms. */
  readonly reportTimeout: number;
  /** Told of objects to which no report came, however often it was asked for. */
  readonly onGivenUp?: (destination: string, sopInstanceUids: readonly string[]) => void;
}

/** Storage commitment as SCU: asks destinations to answer for what they got. */
export class CommitmentRunner extends DueRunner {
  constructor(private readonly options: CommitmentRunnerOptions) {
    const { inquiries } = options;
    super(
      { peersDue: () => inquiries.destinationsDue(), nextDueAt: () => inquiries.nextDueAt() },
      options,
    );
  }

  protected override async runNext(destination: string): Promise<boolean> {
    const { inquiries, ask, reportTimeout } = this.options;
    const givenUp = await inquiries.expire(destination);
    if (givenUp.length > 0) this.options.onGivenUp?.(destination, givenUp);
    const claimed = await inquiries.claim(destination);
    if (claimed === undefined) return false;
    const { attempt, ...request } = claimed;
    const outcome = await ask(destination, request).catch((error: unknown): SendOutcome => {
      this.onError(error, destination);
      return UNKNOWN;
    });
    const taken =
      outcome.kind === 'answered' ? outcome.status === 0 : outcome.failure === 'ambiguous';
    if (taken) {
      // Without an answer it may have been taken: the report tells, or its absence.
      const reportDueAt = this.now() + reportTimeout;
      await inquiries.settle(request.transactionUid, { state: 'asked', reportDueAt });
      return true;
    }
    const errorClass =
      outcome.kind === 'answered' ? classOfStatus(outcome.status) : outcome.failure;
    const wait = waitAfter(errorClass, attempt, this.backOff, this.random);
    const reason = describeOutcome(outcome) ?? 'the destination refused the request';
    await inquiries.settle(
      request.transactionUid,
      wait === undefined
        ? { state: 'failed', reason }
        : { state: 'wanted', nextAttemptAt: this.now() + wait, reason },
    );
    return true;
  }
}

const UNKNOWN: SendOutcome = {
  kind: 'failed',
  failure: 'ambiguous',
  code: 'OCT_DELIVERY_UNKNOWN',
  reason: 'the sender gave no outcome for this request',
};
