import { DueLoop, type DueWork } from './due-loop.js';
import { DEFAULT_BACK_OFF, type BackOff } from './retry-table.js';

export interface DueRunnerOptions {
  readonly backOff?: BackOff;
  readonly onError?: (error: unknown, peer: string | undefined) => void;
  readonly now?: () => number;
  readonly random?: () => number;
}

/** Does what the ledger has as due, peer by peer, with back-off. Holds no state that is not in the ledger. */
export abstract class DueRunner {
  protected readonly backOff: BackOff;
  protected readonly onError: NonNullable<DueRunnerOptions['onError']>;
  protected readonly now: () => number;
  protected readonly random: () => number;
  private readonly loop: DueLoop;

  constructor(due: Pick<DueWork, 'peersDue' | 'nextDueAt'>, options: DueRunnerOptions) {
    this.backOff = options.backOff ?? DEFAULT_BACK_OFF;
    this.onError = options.onError ?? (() => undefined);
    this.now = options.now ?? Date.now;
    this.random = options.random ?? Math.random;
    this.loop = new DueLoop(
      { ...due, runNext: (peer) => this.runNext(peer) },
      { now: this.now, onError: this.onError, waitAfterError: this.backOff.initialMs },
    );
  }

  /** Something may be due. */
  notify(): void {
    this.loop.wake();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** Does one piece of what is due for the peer; `false` where nothing is. */
  protected abstract runNext(peer: string): Promise<boolean>;
}
