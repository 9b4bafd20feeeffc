import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { Acceptor } from '../../../src/dimse/acceptor.js';
import type { AcceptorOptions } from '../../../src/dimse/acceptor.js';
import type { AssociationEvent } from '../../../src/dimse/association-event.js';
import { DEFAULT_TIMERS } from '../../../src/dimse/upper-layer/timers.js';
import { ReceiveMemory, ReceiveSpace } from '../../../src/dimse/upper-layer/receive-memory.js';
import { VERIFICATION_AND_STORAGE } from './accepted.js';

const memory = new ReceiveMemory();

/**
 * A socket whose peer is the test itself: no port, no kernel, thousands a second. It has of `net.Socket` what the upper
 * layer uses, reads into the same memory again and again as those of the listener do, and behaves alike where it ends
 * (allowHalfOpen false).
 */
export class MemorySocket extends Duplex {
  readonly remoteAddress = '127.0.0.1';
  /** What the upper layer wrote. */
  readonly written: Buffer[] = [];
  readonly #space = new ReceiveSpace(memory);

  constructor() {
    super({ allowHalfOpen: false });
    this.on('error', () => undefined);
    this.once('close', () => {
      this.#space.close();
    });
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

  /** Bytes from the peer; so few that nobody has to pause. */
  arrive(bytes: Buffer): void {
    if (this.destroyed) return;
    if (this.isPaused()) throw new Error('a memory socket cannot hold back what arrives');
    for (let at = 0; at < bytes.length;) {
      const length = bytes.copy(this.#space.next, 0, at);
      this.#space.filled(length, (chunk, block) => this.emit('data', chunk, block));
      at += length;
    }
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
