import type { TimerSet } from './timers.js';

/**
 * The idle timer: runs from the last byte in or out (R18), and not while we work on a request of the peer's or have
 * stopped reading ourselves. One timer that looks at the clock when it fires, since restarting one for every chunk
 * costs more than reading the chunk.
 */
export class IdleWatch {
  #busy = false;
  #lastActivity = performance.now();

  constructor(
    private readonly timers: TimerSet,
    private readonly isReadingStopped: () => boolean,
    private readonly idle: () => void,
  ) {}

  set busy(busy: boolean) {
    this.#busy = busy;
    this.touch();
  }

  touch(): void {
    this.#lastActivity = performance.now();
  }

  start(): void {
    this.touch();
    this.#arm(this.timers.duration('idle'));
  }

  /** Takes a changed duration into account, where the watch runs. */
  restart(): void {
    if (this.timers.running.includes('idle')) this.#check();
  }

  #check(): void {
    const working = this.#busy || this.isReadingStopped();
    const quiet = working ? 0 : performance.now() - this.#lastActivity;
    const left = this.timers.duration('idle') - quiet;
    if (left <= 1) this.idle();
    else this.#arm(left);
  }

  #arm(after: number): void {
    this.timers.start(
      'idle',
      () => {
        this.#check();
      },
      after,
    );
  }
}
