import type { CommitmentReport } from '../values/storage-commitment.js';
import { DueLoop } from './due-loop.js';
import { classOfStatus, describeOutcome, type SendOutcome } from './outcome-table.js';
import { DEFAULT_BACK_OFF, waitAfter, type BackOff } from './retry-table.js';

/** One report of storage commitment in hand. */
export interface OwedReport {
  readonly id: number;
  readonly transactionUid: string;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly attempt: number;
}

/** The reports that are owed, as the archive keeps them. */
export interface ReportsPort {
  callersDue(): Promise<readonly string[]>;
  nextDueAt(): Promise<number | undefined>;
  claim(callingAeTitle: string): Promise<OwedReport | undefined>;
  judge(id: number, transactionUid: string): Promise<CommitmentReport>;
  settle(
    id: number,
    settlement: { readonly status?: number | undefined; readonly comment?: string | undefined } & (
      | { readonly state: 'reported' | 'failed' }
      | { readonly state: 'owed'; readonly nextAttemptAt: number }
    ),
  ): Promise<void>;
}

export interface ReportRunnerOptions {
  readonly reports: ReportsPort;
  /** Gives the report, on the association that asked or on a new one. */
  readonly send: (owed: OwedReport, report: CommitmentReport) => Promise<SendOutcome>;
  readonly backOff?: BackOff;
  readonly onError?: (error: unknown, callingAeTitle: string | undefined) => void;
  readonly now?: () => number;
  readonly random?: () => number;
}

/**
 * Storage commitment as SCP: gives each report that is owed until it is answered, with back-off (R35). Holds no state
 * that is not in the ledger.
 */
export class ReportRunner {
  private readonly loop: DueLoop;
  private readonly backOff: BackOff;

  constructor(private readonly options: ReportRunnerOptions) {
    const { reports, onError = () => undefined, now = Date.now } = options;
    this.backOff = options.backOff ?? DEFAULT_BACK_OFF;
    this.loop = new DueLoop(
      {
        peersDue: () => reports.callersDue(),
        nextDueAt: () => reports.nextDueAt(),
        runNext: (callingAeTitle) => this.report(callingAeTitle),
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

  private async report(callingAeTitle: string): Promise<boolean> {
    const { reports, send, now = Date.now, random = Math.random } = this.options;
    const owed = await reports.claim(callingAeTitle);
    if (owed === undefined) return false;
    let outcome: SendOutcome;
    try {
      outcome = await send(owed, await reports.judge(owed.id, owed.transactionUid));
    } catch (error) {
      this.options.onError?.(error, callingAeTitle);
      outcome = NOT_GIVEN;
    }
    const said = {
      status: outcome.kind === 'answered' ? outcome.status : undefined,
      comment: describeOutcome(outcome),
    };
    if (outcome.kind === 'answered' && outcome.status === 0) {
      await reports.settle(owed.id, { ...said, state: 'reported' });
      return true;
    }
    // Whoever cannot be reached or rejects us may be put right: only an answer can end it before the last attempt.
    const errorClass = outcome.kind === 'answered' ? classOfStatus(outcome.status) : 'transient';
    const wait = waitAfter(errorClass, owed.attempt, this.backOff, random);
    await reports.settle(
      owed.id,
      wait === undefined
        ? { ...said, state: 'failed' }
        : { ...said, state: 'owed', nextAttemptAt: now() + wait },
    );
    return true;
  }
}

const NOT_GIVEN: SendOutcome = {
  kind: 'failed',
  failure: 'transient',
  code: 'OCT_DELIVERY_UNKNOWN',
  reason: 'the report could not be made or given on our side',
};
