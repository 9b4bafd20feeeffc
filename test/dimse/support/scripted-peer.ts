import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { NO_DATA_SET, encodeCommandSet } from '../../../src/dimse/command-set.js';
import type { CommandSet } from '../../../src/dimse/command-set.js';
import { decodePdu } from '../../../src/dimse/upper-layer/pdu-decode.js';
import { encodePdu } from '../../../src/dimse/upper-layer/pdu-encode.js';
import type { AssociateRq, Pdu } from '../../../src/dimse/upper-layer/pdu.js';

export const VERIFICATION = '1.2.840.10008.1.1';
export const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
export const EXPLICIT_LE = '1.2.840.10008.1.2.1';
export const IMPLICIT_LE = '1.2.840.10008.1.2';

/** A request that the test listener accepts: context 1 Verification, context 3 Secondary Capture. */
export function associateRq(changes: Partial<AssociateRq> = {}): AssociateRq {
  return {
    type: 'A-ASSOCIATE-RQ',
    protocolVersion: 1,
    calledAeTitle: 'OCT',
    callingAeTitle: 'PEER',
    applicationContextName: '1.2.840.10008.3.1.1.1',
    presentationContexts: [
      { id: 1, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT_LE] },
      { id: 3, abstractSyntax: SECONDARY_CAPTURE, transferSyntaxes: [EXPLICIT_LE] },
    ],
    userInformation: {
      maxPduLength: 16384,
      implementationClassUid: '1.2.3',
      roleSelections: [],
      extendedNegotiations: [],
    },
    ...changes,
  };
}

/** One P-DATA-TF with one PDV. */
export function pData(
  contextId: number,
  payload: Uint8Array,
  flags: { command?: boolean; last?: boolean } = {},
): Buffer {
  const { command = false, last = true } = flags;
  return encodePdu({
    type: 'P-DATA-TF',
    values: [{ contextId, isCommand: command, isLast: last, payload }],
  });
}

export function echoRq(messageId = 1): Buffer {
  return encodeCommandSet({
    affectedSopClassUid: VERIFICATION,
    commandField: 0x0030,
    messageId,
    commandDataSetType: NO_DATA_SET,
  });
}

export function storeRq(changes: CommandSet = {}): Buffer {
  return encodeCommandSet({
    affectedSopClassUid: SECONDARY_CAPTURE,
    commandField: 0x0001,
    messageId: 7,
    priority: 0,
    commandDataSetType: 1,
    affectedSopInstanceUid: '1.2.3.4',
    ...changes,
  });
}

/** A peer that sends exactly the bytes a test wants, and keeps every PDU that comes back. */
export class ScriptedPeer {
  #held = Buffer.alloc(0);
  readonly #pdus: Pdu[] = [];
  #arrived: (() => void) | undefined;
  #closed = false;
  readonly closed: Promise<void>;

  constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#closed = true;
        this.#arrived?.();
        resolve();
      });
    });
  }

  static async connect(port: number): Promise<ScriptedPeer> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new ScriptedPeer(socket);
  }

  /** Connects and associates; fails where it is not accepted. */
  static async associate(
    port: number,
    request: AssociateRq = associateRq(),
  ): Promise<ScriptedPeer> {
    const peer = await ScriptedPeer.connect(port);
    peer.send(encodePdu(request));
    const answer = await peer.next();
    if (answer?.type !== 'A-ASSOCIATE-AC') throw new Error(`answered ${answer?.type ?? 'nothing'}`);
    return peer;
  }

  send(...parts: Uint8Array[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  /** As acceptor: takes the request and accepts every context in its first transfer syntax. */
  async acceptAssociation(maxPduLength = 16384): Promise<void> {
    const request = await this.next();
    if (request?.type !== 'A-ASSOCIATE-RQ') throw new Error('no A-ASSOCIATE-RQ came');
    this.send(
      encodePdu({
        ...request,
        type: 'A-ASSOCIATE-AC',
        presentationContexts: request.presentationContexts.map(({ id, transferSyntaxes }) => ({
          id,
          result: 'acceptance',
          transferSyntax: transferSyntaxes[0] ?? '',
        })),
        userInformation: { ...request.userInformation, maxPduLength },
      }),
    );
  }

  /** As acceptor: a response without data set. */
  respond(contextId: number, command: CommandSet): void {
    const bytes = encodeCommandSet({ commandDataSetType: NO_DATA_SET, ...command });
    this.send(pData(contextId, bytes, { command: true }));
  }

  /** The next PDU; undefined when the connection closed instead. */
  async next(): Promise<Pdu | undefined> {
    while (this.#pdus.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
    return this.#pdus.shift();
  }

  #receive(chunk: Buffer): void {
    this.#held = Buffer.concat([this.#held, chunk]);
    while (this.#held.length >= 6) {
      const length = 6 + this.#held.readUInt32BE(2);
      if (this.#held.length < length) return;
      this.#pdus.push(decodePdu(this.#held.subarray(0, length)));
      this.#held = this.#held.subarray(length);
      this.#arrived?.();
    }
  }
}
