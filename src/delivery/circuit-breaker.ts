import { waitAfter, type BackOff } from './retry-table.js';

/** After so many associations in a row that brought nothing, a destination is left in peace for a while. */
export const FAILURES_TO_OPEN = 3;

/**
 * A destination that is down is asked again by one study at a time, however many wait for it. Closed: everything is
 * sent. Open: nothing, until a time that grows with each trial. Then one association is the trial: an answer closes it.
 * Held in memory only: after a restart it takes three failures to know again.
 */
export class CircuitBreaker {
  private failures = 0;
  private openUntil: number | undefined;
  private inTrial = false;

  constructor(
    private readonly now: () => number,
    private readonly random: () => number,
  ) {}

  get state(): 'closed' | 'open' | 'trial' {
    if (this.openUntil === undefined) return 'closed';
    return this.inTrial ? 'trial' : 'open';
  }

  /** Until when nothing is sent (ms since 1970); `undefined`: it may be tried. */
  get closedToUsUntil(): number | undefined {
    return this.openUntil !== undefined && this.openUntil > this.now() ? this.openUntil : undefined;
  }

  /** May an association be opened? Of several that ask while it is open, the first is the trial. */
  begin(): boolean {
    if (this.openUntil === undefined) return true;
    if (this.inTrial || this.closedToUsUntil !== undefined) return false;
    this.inTrial = true;
    return true;
  }

  /** Nothing was to be sent after all. */
  withdraw(): void {
    this.inTrial = false;
  }

  /** How the association ended: did the destination answer at all? */
  ended(answered: boolean, backOff: BackOff): 'recovered' | 'opened' | undefined {
    this.inTrial = false;
    if (answered) {
      const wasOpen = this.openUntil !== undefined;
      this.failures = 0;
      this.openUntil = undefined;
      return wasOpen ? 'recovered' : undefined;
    }
    this.failures += 1;
    if (this.failures < FAILURES_TO_OPEN) return undefined;
    const trials = this.failures - FAILURES_TO_OPEN + 1;
    const endless = { ...backOff, maxAttempts: Infinity };
    this.openUntil = this.now() + (waitAfter('transient', trials, endless, this.random) ?? 0);
    return trials === 1 ? 'opened' : undefined;
  }
}
