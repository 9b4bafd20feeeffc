import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { Acceptor } from '../../../src/dimse/acceptor.js';
import type { AcceptorOptions } from '../../../src/dimse/acceptor.js';
import type { AssociationEvent } from '../../../src/dimse/association-event.js';
import { DEFAULT_TIMERS } from '../../../src/dimse/upper-layer/timers.js';
import { VERIFICATION_AND_STORAGE } from './accepted.js';

/**
 * A socket whose peer is the test itself: no port, no kernel, thousands a second. It has of `net.Socket` what the upper
 * layer uses, and behaves alike where it ends (allowHalfOpen false).
 */
export class MemorySocket extends Duplex {
  readonly remoteAddress = '127.0.0.1';
  /** What the upper layer wrote. */
  readonly written: Buffer[] = [];

  constructor() {
    super({ allowHalfOpen: false });
    this.on('error', () => undefined);
  }

  /** For those who want a `net.Socket`. */
  get asSocket(): Socket {
    return this as unknown as Socket;
  }

  override _read(): void {
    // What comes is pushed by the test.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(Buffer.from(chunk));
    done();
  }

  setNoDelay(): this {
    return this;
  }

  destroySoon(): void {
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy()).end();
  }

  /** Bytes from the peer. */
  arrive(bytes: Buffer): void {
    if (!this.destroyed && !this.readableEnded) this.push(bytes);
  }

  /** The peer closes its side (FIN). */
  arriveEnd(): void {
    if (!this.destroyed) this.push(null);
  }

  /** The connection breaks (RST). */
  breakOff(): void {
    this.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  }
}

/** An acceptor on a memory socket, as the listener would make it. */
export function memoryAcceptor(
  store: AcceptorOptions['store'],
  options: Partial<AcceptorOptions> = {},
): { socket: MemorySocket; acceptor: Acceptor; events: AssociationEvent[] } {
  const socket = new MemorySocket();
  const events: AssociationEvent[] = [];
  const acceptor = new Acceptor(socket.asSocket, 'association', {
    security: 'plain',
    aeTitles: ['OCT'],
    accepted: VERIFICATION_AND_STORAGE,
    maxPduLength: 32768,
    timers: DEFAULT_TIMERS,
    admit: () => ({ admitted: true }),
    room: () => undefined,
    store,
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { socket, acceptor, events };
}
