import type { Socket } from 'node:net';
import {
  AssociationEndedError,
  abortedByPeer,
  abortedByUs,
  disconnectedBy,
  outOfState,
  rejectedBy,
  timedOut,
} from './association-end.js';
import type { AbortCause, AssociationEnd } from './association-end.js';
import { IdleWatch } from './idle-watch.js';
import { encodePdu } from './pdu-encode.js';
import { PduError } from './pdu-error.js';
import { ForeignProtocolError, PduReader } from './pdu-reader.js';
import { PdvQueue } from './pdv-queue.js';
import type { MemoryBlock } from './receive-memory.js';
import { PROTOCOL_VERSION } from './pdu.js';
import type { AssociateAc, AssociateRj, AssociateRq, ControlPdu, Pdu } from './pdu.js';
import { REJECT_REASONS, REJECT_RESULTS } from './reasons.js';
import type { AbortReason } from './reasons.js';
import { EVENT_OF_PDU, actionFor } from './state-table.js';
import type { Action, Event, State } from './state-table.js';
import { SendProgress } from './send-progress.js';
import { TimerSet } from './timers.js';
import { confirmationEvent } from './transport.js';
import type { UpperLayerOptions, UpperLayerUser } from './upper-layer-user.js';

/** What made an event happen, beside the event itself. */
interface Cause extends AbortCause {
  readonly pdu?: ControlPdu;
}

/**
 * The DICOM upper layer service provider of one association, in either role: PS3.8 with `state-table.ts` as its law.
 * Methods are the service's request and response primitives; one that comes in a state whose table entry is empty
 * does nothing but for `sendData`, which rejects.
 */
export class UpperLayer {
  /** What the peer sent in P-DATA-TF, for the one who reads messages. */
  readonly data: PdvQueue;
  readonly timers: TimerSet;
  /** Resolves when the socket is gone and no timer runs. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #user: UpperLayerUser;
  readonly #reader: PduReader;
  readonly #sending: SendProgress;
  readonly #idle: IdleWatch;
  #request: AssociateRq | undefined;
  /** Where the chunk at hand lies. */
  #block: MemoryBlock | undefined;
  #state: State = 'Sta1';
  #end: AssociationEnd | undefined;
  #transportError: NodeJS.ErrnoException | undefined;

  private constructor(
    readonly role: 'requestor' | 'acceptor',
    socket: Socket,
    user: UpperLayerUser,
    options: UpperLayerOptions,
  ) {
    this.#socket = socket;
    this.#user = user;
    this.timers = new TimerSet(options.timers);
    this.#sending = new SendProgress(socket, this.timers, () => {
      this.abort('the peer stopped reading: send-progress timer expired');
    });
    this.data = new PdvQueue(
      () => socket.pause(),
      () => socket.resume(),
    );
    this.#idle = new IdleWatch(
      this.timers,
      () => this.data.isFull,
      () => {
        this.abort('nothing was sent or received: idle timer expired');
      },
    );
    this.#reader = new PduReader(
      {
        control: (pdu) => this.#fire(EVENT_OF_PDU[pdu.type], { pdu }),
        dataBegins: () => {
          this.#fire(EVENT_OF_PDU['P-DATA-TF']);
          return this.#state === 'Sta6' || this.#state === 'Sta7';
        },
        data: (slice) => {
          this.data.push(slice, this.#block);
        },
      },
      options.maxPduLength,
    );
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer, block?: MemoryBlock) => {
      this.#block = block;
      this.#receive(chunk);
    });
    socket.on('error', (error) => (this.#transportError ??= error));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#fire('Evt17');
        this.timers.stopAll();
        resolve();
      });
    });
  }

  /** Takes an incoming transport connection (Evt5). */
  static accept(socket: Socket, user: UpperLayerUser, options: UpperLayerOptions): UpperLayer {
    const layer = new UpperLayer('acceptor', socket, user, options);
    layer.#fire('Evt5');
    return layer;
  }

  /** A-ASSOCIATE request on a socket that is just connecting (Evt1). */
  static request(
    socket: Socket,
    request: AssociateRq,
    user: UpperLayerUser,
    options: UpperLayerOptions,
  ): UpperLayer {
    const layer = new UpperLayer('requestor', socket, user, options);
    layer.#request = request;
    layer.#fire('Evt1');
    socket.once(confirmationEvent(socket), () => layer.#fire('Evt2'));
    return layer;
  }

  get state(): State {
    return this.#state;
  }

  /** How the association ended, once it did. */
  get end(): AssociationEnd | undefined {
    return this.#end;
  }

  /** A-ASSOCIATE response, accept. */
  accept(answer: AssociateAc): void {
    if (this.#fire('Evt7')) this.#send(answer);
  }

  /** A-ASSOCIATE response, reject. */
  reject(rejection: AssociateRj, why: string): void {
    if (!this.#fire('Evt8')) return;
    this.#send(rejection);
    this.#finish(rejectedBy('us', rejection, why));
  }

  /**
   * P-DATA request: whole P-DATA-TF PDUs, none longer than the peer's maximum. Resolves when the operating system
   * has taken the bytes; the buffer may be used again then. Rejects with AssociationEndedError.
   */
  async sendData(bytes: Uint8Array): Promise<void> {
    if (!this.#fire('Evt9')) {
      throw new AssociationEndedError(this.#end ?? outOfState('P-DATA request', this.#state));
    }
    try {
      await this.#sending.write(bytes);
    } catch {
      // The socket's own error is told by its 'close', which makes the end.
      await this.closed;
      throw new AssociationEndedError(this.#end ?? disconnectedBy(this.#transportError));
    }
    this.#idle.touch();
  }

  /** A-RELEASE request. `ended` tells the confirmation. */
  release(): void {
    this.#fire('Evt11');
  }

  /** A-RELEASE response. */
  respondRelease(): void {
    this.#fire('Evt14');
  }

  /** A-ABORT request; `why` is for our own record. With a reason it goes out as the service-provider's. */
  abort(why: string, reason?: AbortReason): void {
    if (this.#fire('Evt15', { why, ...(reason && { reason }) })) return;
    // Only reached when the association is over already and its socket lingers.
    if (this.#state !== 'Sta13') this.#socket.destroy();
  }

  /** While we work on a request of the peer's, its silence is not idleness. */
  set busy(busy: boolean) {
    this.#idle.busy = busy;
  }

  #receive(chunk: Buffer): void {
    this.#idle.touch();
    try {
      this.#reader.push(chunk);
    } catch (error) {
      if (!(error instanceof PduError)) {
        // A fault of ours costs this association, never the process and the others.
        this.abort(`internal error: ${error instanceof Error ? error.message : 'unknown'}`);
        return;
      }
      this.#fire('Evt19', {
        why: error.message,
        reason: error.abortReason,
        ...(error instanceof ForeignProtocolError && { foreign: error }),
      });
    }
  }

  #fire(event: Event, cause: Cause = {}): boolean {
    const action = actionFor(this.#state, event);
    if (!action) return false;
    this.#perform(action, event, cause);
    return true;
  }

  #perform(action: Action, event: Event, cause: Cause): void {
    switch (action) {
      case 'AE-1':
        this.#state = 'Sta4';
        this.timers.start('associationRequest', () => {
          this.abort('no answer to our association request: association-request timer expired');
        });
        return;
      case 'AE-2':
        this.#state = 'Sta5';
        if (this.#request) this.#send(this.#request);
        return;
      case 'AE-3':
        this.#state = 'Sta6';
        this.timers.stop('associationRequest');
        if (cause.pdu?.type === 'A-ASSOCIATE-AC') this.#user.associateConfirmation?.(cause.pdu);
        return;
      case 'AE-4':
        if (cause.pdu?.type === 'A-ASSOCIATE-RJ') this.#finish(rejectedBy('peer', cause.pdu));
        this.#closeTransport();
        return;
      case 'AE-5':
        this.#state = 'Sta2';
        this.#startArtim('no A-ASSOCIATE-RQ came: ARTIM timer expired');
        return;
      case 'AE-6':
        if (cause.pdu?.type === 'A-ASSOCIATE-RQ') this.#indicateAssociation(cause.pdu);
        return;
      case 'AE-7':
        this.#state = 'Sta6';
        this.#idle.start();
        return;
      case 'AE-8':
        this.#state = 'Sta13';
        this.#startArtim();
        return;
      case 'DT-1':
      case 'AR-7':
      case 'DT-2':
      case 'AR-6':
      case 'AA-6':
        // Data is written by `sendData`, and read by the slices that follow the PDU's header.
        return;
      case 'AR-1':
        this.#state = 'Sta7';
        this.#send({ type: 'A-RELEASE-RQ' });
        this.timers.start('release', () => {
          this.abort('no A-RELEASE-RP came: release timer expired');
        });
        return;
      case 'AR-2':
        this.#state = 'Sta8';
        this.#indicateRelease();
        return;
      case 'AR-3':
        this.#finish({ how: 'released' });
        this.#closeTransport();
        return;
      case 'AR-4':
        this.#state = 'Sta13';
        this.#send({ type: 'A-RELEASE-RP' });
        this.#finish({ how: 'released' });
        this.#startArtim();
        return;
      case 'AR-8':
        this.#state = this.role === 'requestor' ? 'Sta9' : 'Sta10';
        this.#indicateRelease();
        return;
      case 'AR-9':
        this.#state = 'Sta11';
        this.#send({ type: 'A-RELEASE-RP' });
        return;
      case 'AR-10':
        this.#state = 'Sta12';
        return;
      case 'AA-1':
      case 'AA-8':
        this.#abortAssociation(event, cause);
        return;
      case 'AA-2':
        this.#finish(
          cause.pdu?.type === 'A-ABORT' ? abortedByPeer(cause.pdu) : timedOut(cause.why),
        );
        this.#state = 'Sta1';
        this.#socket.destroy();
        return;
      case 'AA-3':
        if (cause.pdu?.type === 'A-ABORT') this.#finish(abortedByPeer(cause.pdu));
        this.#closeTransport();
        return;
      case 'AA-4':
      case 'AA-5':
      case 'AR-5':
        this.#state = 'Sta1';
        this.#finish(disconnectedBy(this.#transportError));
        return;
      case 'AA-7':
        this.#send(abortedByUs(false, {}).pdu);
        return;
    }
  }

  /** AE-6: what the provider itself must refuse is the protocol version; the rest is the user's. */
  #indicateAssociation(request: AssociateRq): void {
    this.timers.stop('artim');
    if ((request.protocolVersion & PROTOCOL_VERSION) === 0) {
      const { source, reason, meaning } = REJECT_REASONS.protocolVersionNotSupported;
      const rejection = { result: REJECT_RESULTS.permanent, source, reason };
      this.#state = 'Sta13';
      this.#send({ type: 'A-ASSOCIATE-RJ', ...rejection });
      this.#finish(rejectedBy('us', rejection, meaning));
      this.#startArtim();
      return;
    }
    this.#state = 'Sta3';
    this.#user.associateIndication?.(request);
  }

  #indicateRelease(): void {
    this.data.end();
    this.#user.releaseIndication();
  }

  /** AA-1 and AA-8. */
  #abortAssociation(event: Event, cause: Cause): void {
    const why = cause.why ?? `${cause.pdu?.type ?? 'P-DATA-TF'} in state ${this.#state}`;
    const { pdu, end } = abortedByUs(event === 'Evt15', { ...cause, why });
    this.#state = 'Sta13';
    this.#reader.stop();
    this.timers.stopAll();
    this.#send(pdu);
    this.#finish(end);
    this.#socket.resume();
    this.timers.start('abort', () => this.#fire('Evt18'));
  }

  #send(pdu: Pdu): void {
    this.#idle.touch();
    // A failed write shows as the socket's close.
    this.#sending.write(encodePdu(pdu)).catch(() => undefined);
  }

  #startArtim(why = 'the peer did not close the connection: ARTIM timer expired'): void {
    this.timers.start('artim', () => this.#fire('Evt18', { why }));
  }

  /** From now on an association without work ends after `duration` ms. */
  shortenIdle(duration: number): void {
    this.timers.shorten('idle', duration);
    this.#idle.restart();
  }

  #closeTransport(): void {
    this.#state = 'Sta1';
    this.timers.stop('release');
    this.#reader.stop();
    // What is still in the send buffer goes out first; the send-progress timer bounds that.
    this.#socket.resume();
    this.#socket.destroySoon();
  }

  #finish(end: AssociationEnd): void {
    if (this.#end) return;
    this.#end = end;
    for (const name of ['idle', 'response', 'associationRequest'] as const) this.timers.stop(name);
    if (end.how === 'released') this.data.end();
    else this.data.fail(new AssociationEndedError(end));
    this.#user.ended(end);
  }
}
