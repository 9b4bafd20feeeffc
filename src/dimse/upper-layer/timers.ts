/**
 * The named timers of one association, in ms. These and no others: each is a setting, each has a test that fires it
 * (R17).
 */
export interface Timers {
  /** Either role: from the TCP connection until TLS stands on it (R15). */
  readonly tlsHandshake: number;
  /** PS3.8 ARTIM: awaiting an A-ASSOCIATE-RQ, and awaiting the peer's close after a rejection or release. */
  readonly artim: number;
  /** Requestor: from connecting until the peer accepted or rejected. */
  readonly associationRequest: number;
  /** Requestor: from the last byte of a request to its response. */
  readonly response: number;
  /** Acceptor: nothing came in and nothing went out, while no request of the peer is being worked on. */
  readonly idle: number;
  /** One write that the peer does not take: its window is closed. */
  readonly sendProgress: number;
  /** Requestor: from A-RELEASE-RQ to A-RELEASE-RP. */
  readonly release: number;
  /** After our A-ABORT, until the socket is destroyed if the peer has not closed. */
  readonly abort: number;
}
export type TimerName = keyof Timers;

export const DEFAULT_TIMERS: Timers = {
  tlsHandshake: 5_000,
  artim: 5_000,
  associationRequest: 10_000,
  response: 300_000,
  idle: 300_000,
  sendProgress: 30_000,
  release: 5_000,
  abort: 5_000,
};

/** The running timers of one association; all are stopped when its socket is gone (R13). */
export class TimerSet {
  readonly #running = new Map<TimerName, NodeJS.Timeout>();
  #durations: Timers;

  constructor(durations: Timers) {
    this.#durations = durations;
  }

  get running(): readonly TimerName[] {
    return [...this.#running.keys()];
  }

  duration(name: TimerName): number {
    return this.#durations[name];
  }

  shorten(name: TimerName, duration: number): void {
    this.#durations = {
      ...this.#durations,
      [name]: Math.min(duration, this.#durations[name]),
    };
  }

  /** Starts or restarts; `after` replaces the named duration for this once. */
  start(name: TimerName, expired: () => void, after = this.#durations[name]): void {
    this.stop(name);
    const handle = setTimeout(() => {
      this.#running.delete(name);
      expired();
    }, after);
    this.#running.set(name, handle);
  }

  stop(name: TimerName): void {
    clearTimeout(this.#running.get(name));
    this.#running.delete(name);
  }

  stopAll(): void {
    for (const name of this.running) this.stop(name);
  }
}
