import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { connect, type TLSSocket } from 'node:tls';
import type { AuditSpool, Segment } from './spool.js';

export interface Receiver {
  readonly host: string;
  readonly port: number;
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** What becomes of the messages. */
export type CourierEvent =
  | { readonly type: 'unreachable'; readonly error: unknown }
  | { readonly type: 'again' }
  | { readonly type: 'aside'; readonly path: string };

const LOOK_EVERY = 1_000;
const LONGEST_WAIT = 60_000;
/** A receiver that takes nothing and closes nothing for so long is given up, in ms. */
const TIMEOUT = 30_000;
/** A segment that broke so many connections is no accident (R38). */
const MOST_FAILURES = 3;

/**
 * Brings the spool to a syslog receiver over TLS (RFC 5425), a connection for each segment: syslog has no answer, and the
 * one sign that everything was read is that the receiver closes its side, without an error, after we have closed ours.
 * Until then the segment stays, and goes again whole: a message may come twice, none is lost on a dead line.
 */
export class AuditCourier {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #busy = false;
  #failures = 0;
  #unreachable = false;
  #waitUntil = 0;
  #broken: { readonly path: string; times: number } | undefined;

  constructor(
    private readonly spool: AuditSpool,
    private readonly receiver: () => Receiver,
    private readonly onEvent: (event: CourierEvent) => void,
  ) {}

  start(): void {
    this.#timer = setInterval(() => {
      if (!this.#busy && Date.now() >= this.#waitUntil) this.#running = this.flush();
    }, LOOK_EVERY);
    this.#timer.unref();
  }

  /** Ends what is under way, and tries once more to bring what is left. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
    await this.flush();
  }

  /** Sends until nothing is left or the receiver does not take it. */
  async flush(): Promise<void> {
    this.#busy = true;
    try {
      for (let segment = this.spool.next(); segment; segment = this.spool.next()) {
        if (!(await this.#deliver(segment))) return;
      }
    } finally {
      this.#busy = false;
    }
  }

  /** True where the next one may be tried. */
  async #deliver(segment: Segment): Promise<boolean> {
    const error = await this.#send(segment);
    if (error === undefined) return true;
    if (this.#broken?.path !== segment.path) this.#broken = { path: segment.path, times: 0 };
    this.#broken.times += 1;
    // Where the one behind it is taken, it is this one's fault and not the line's.
    const behind = this.#broken.times < MOST_FAILURES ? undefined : this.spool.next(segment.path);
    if (behind !== undefined && (await this.#send(behind)) === undefined) {
      this.onEvent({ type: 'aside', path: this.spool.setAside(segment) });
      return true;
    }
    this.#failed(error);
    return false;
  }

  /** Resolves to what went wrong, or to nothing. */
  async #send(segment: Segment): Promise<unknown> {
    let socket: TLSSocket | undefined;
    try {
      socket = await opened(this.receiver());
      await handOver(socket, segment);
    } catch (error) {
      return error ?? new Error('unknown');
    } finally {
      socket?.destroy();
    }
    this.spool.remove(segment);
    if (this.#unreachable) this.onEvent({ type: 'again' });
    this.#unreachable = false;
    this.#failures = 0;
    return undefined;
  }

  #failed(error: unknown): void {
    if (!this.#unreachable) this.onEvent({ type: 'unreachable', error });
    this.#unreachable = true;
    this.#failures += 1;
    this.#waitUntil = Date.now() + Math.min(LONGEST_WAIT, LOOK_EVERY * 2 ** this.#failures);
  }
}

function opened({ host, port, ca, certificate, key }: Receiver): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      minVersion: 'TLSv1.2',
      ...(ca !== undefined && { ca }),
      ...(certificate !== undefined && { cert: certificate, key }),
    });
    socket.setTimeout(TIMEOUT, () => {
      socket.destroy(new Error('the syslog receiver does not answer'));
    });
    socket.once('error', (error: Error) => {
      socket.destroy();
      reject(error);
    });
    socket.once('secureConnect', () => {
      resolve(socket);
    });
  });
}

/** Resolves when the receiver has closed after we did, and without a reset, which is what bytes that nobody read cause. */
async function handOver(socket: TLSSocket, { path }: Segment): Promise<void> {
  const closed = new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', (hadError) => {
      if (hadError || !socket.writableFinished) reject(new Error('the connection broke'));
      else resolve();
    });
  });
  // A receiver says nothing; what it says is read, or its end would not be seen.
  socket.resume();
  await Promise.all([pipeline(createReadStream(path), socket), closed]);
}
