import type { CommitmentReport } from '../values/storage-commitment.js';
import { DueRunner, type DueRunnerOptions } from './due-runner.js';
import { classOfStatus, describeOutcome, type SendOutcome } from './outcome-table.js';
import { waitAfter } from './retry-table.js';

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

export interface ReportRunnerOptions extends DueRunnerOptions {
  readonly reports: ReportsPort;
  /** Gives the report, on the association that asked or on a new one. */
  readonly send: (owed: OwedReport, report: CommitmentReport) => Promise<SendOutcome>;
}

/** Storage commitment as SCP: gives each report that is owed until it is answered (R35). */
export class ReportRunner extends DueRunner {
  constructor(private readonly options: ReportRunnerOptions) {
    const { reports } = options;
    super({ peersDue: () => reports.callersDue(), nextDueAt: () => reports.nextDueAt() }, options);
  }

  protected override async runNext(callingAeTitle: string): Promise<boolean> {
    const { reports, send } = this.options;
    const owed = await reports.claim(callingAeTitle);
    if (owed === undefined) return false;
    let outcome: SendOutcome;
    try {
      outcome = await send(owed, await reports.judge(owed.id, owed.transactionUid));
    } catch (error) {
      this.onError(error, callingAeTitle);
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
    const wait = waitAfter(errorClass, owed.attempt, this.backOff, this.random);
    await reports.settle(
      owed.id,
      wait === undefined
        ? { ...said, state: 'failed' }
        : { ...said, state: 'owed', nextAttemptAt: this.now() + wait },
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
