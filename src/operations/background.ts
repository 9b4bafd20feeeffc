import { errorFields, log } from './log.js';

/** Work that nobody waits for, such as a look into the ledger before something is told; a stop waits for all of it. */
export class Background {
  readonly #running = new Set<Promise<void>>();

  /** @param failed what the log says of work that fails */
  constructor(private readonly failed: string) {}

  later(work: () => Promise<void>): void {
    const running: Promise<void> = work()
      .catch((error: unknown) => {
        log('error', this.failed, errorFields(error));
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when nothing is under way, what began meanwhile among it. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
