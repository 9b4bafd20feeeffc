import type { Socket } from 'node:net';
import type { TimerSet } from './timers.js';

/**
 * Writes to the socket, and watches that the peer takes what is written: every write that ends restarts the
 * send-progress timer while others wait (R16). Node's own socket timeout does not see a closed window.
 */
export class SendProgress {
  #outstanding = 0;

  constructor(
    private readonly socket: Socket,
    private readonly timers: TimerSet,
    private readonly stalled: () => void,
  ) {}

  /** Resolves when the operating system has taken the bytes; rejects when the socket failed or was destroyed. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#outstanding += 1;
      if (this.#outstanding === 1) this.#watch();
      this.socket.write(bytes, (error) => {
        this.#outstanding -= 1;
        if (this.#outstanding > 0 && !error) this.#watch();
        else this.timers.stop('sendProgress');
        if (error) reject(error);
        else resolve();
      });
    });
  }

  #watch(): void {
    this.timers.start('sendProgress', this.stalled);
  }
}
