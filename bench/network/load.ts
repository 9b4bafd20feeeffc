/**
 * The load generator: sends objects that are laid out as PDUs beforehand, so that it costs little beside the receiver
 * that is measured. One association after baselines.md: a request, its answer, the next.
 */
import { connect, type Socket } from 'node:net';
import { encodeCommandSet, decodeCommandSet } from '../../src/dimse/command-set.js';
import { PduReader } from '../../src/dimse/upper-layer/pdu-reader.js';
import { encodePdu, writePDataHeader } from '../../src/dimse/upper-layer/pdu-encode.js';
import { payloadLength } from '../../src/dimse/message.js';
import { APPLICATION_CONTEXT_NAME, IMPLEMENTATION_CLASS_UID } from '../../src/dicom/uids.js';
import type { ControlPdu } from '../../src/dimse/upper-layer/pdu.js';
import { nextUid, UID_LENGTH, type BenchObject } from './objects.js';

export interface Load {
  readonly port: number;
  readonly object: BenchObject;
  readonly associations: number;
  /** Objects of one association. */
  readonly objectsEach: number;
  /** We send no longer PDU, even where the receiver would take one. */
  readonly pduLength: number;
}

/**
 * Opens all associations, then sends on all at a time; seconds from the first byte to the last answer.
 * @throws Error where a receiver refuses, aborts or answers anything but success
 */
export async function send(load: Load): Promise<number> {
  const lanes = await Promise.all(
    Array.from({ length: load.associations }, () => Lane.open(load.port, load)),
  );
  const start = performance.now();
  await Promise.all(
    lanes.map(async (lane) => {
      for (let i = 0; i < load.objectsEach; i += 1) await lane.store();
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  await Promise.all(lanes.map((lane) => lane.release()));
  return seconds;
}

const CONTEXT_ID = 1;
/** PDU and PDV header. */
const HEADERS = 12;

class Lane {
  private accepted!: (limit: number) => void;
  private settled!: { resolve: () => void; reject: (error: Error) => void };
  private laidOut!: LaidOut;
  private readonly reader = new PduReader(
    {
      control: (pdu) => {
        this.control(pdu);
      },
      dataBegins: () => true,
      data: ({ payload, isLast }) => {
        this.answer.push(Buffer.from(payload));
        if (isLast) this.answered();
      },
    },
    1024 * 1024,
  );
  private readonly answer: Buffer[] = [];
  private released = false;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.reader.push(chunk);
    });
    const fail = (error?: Error) => {
      if (!this.released) this.settled.reject(error ?? new Error('the receiver hung up'));
    };
    socket.on('error', fail);
    socket.on('close', () => {
      fail();
    });
  }

  static async open(port: number, load: Load): Promise<Lane> {
    const lane = new Lane(connect({ port, host: '127.0.0.1' }));
    const limit = await new Promise<number>((resolve, reject) => {
      lane.accepted = resolve;
      lane.settled = { resolve: () => undefined, reject };
      lane.socket.write(associateRequest(load.object));
    });
    const most = limit === 0 ? load.pduLength : Math.min(limit, load.pduLength);
    lane.laidOut = new LaidOut(load.object, payloadLength(most));
    return lane;
  }

  store(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.settled = { resolve, reject };
      this.socket.cork();
      for (const part of this.laidOut.next()) this.socket.write(part);
      this.socket.uncork();
    });
  }

  release(): Promise<void> {
    this.released = true;
    return new Promise((resolve) => {
      this.socket.once('close', () => {
        resolve();
      });
      this.socket.write(encodePdu({ type: 'A-RELEASE-RQ' }));
    });
  }

  private control(pdu: ControlPdu): void {
    if (pdu.type === 'A-RELEASE-RP') this.socket.end();
    else if (pdu.type !== 'A-ASSOCIATE-AC') this.settled.reject(new Error(`${pdu.type} came`));
    else if (pdu.presentationContexts[0]?.result !== 'acceptance')
      this.settled.reject(new Error('the receiver does not take this SOP class'));
    else this.accepted(pdu.userInformation.maxPduLength);
  }

  private answered(): void {
    const { status } = decodeCommandSet(Buffer.concat(this.answer.splice(0)));
    if (status === 0) this.settled.resolve();
    else this.settled.reject(new Error(`status ${String(status)}`));
  }
}

function associateRequest({ sopClassUid, transferSyntaxUid }: BenchObject): Buffer {
  return encodePdu({
    type: 'A-ASSOCIATE-RQ',
    protocolVersion: 1,
    calledAeTitle: 'BENCH',
    callingAeTitle: 'LOAD',
    applicationContextName: APPLICATION_CONTEXT_NAME,
    presentationContexts: [
      { id: CONTEXT_ID, abstractSyntax: sopClassUid, transferSyntaxes: [transferSyntaxUid] },
    ],
    userInformation: {
      maxPduLength: 128 * 1024,
      implementationClassUid: IMPLEMENTATION_CLASS_UID,
      roleSelections: [],
      extendedNegotiations: [],
    },
  });
}

/** One object as PDUs: a start of its own, where the UIDs stand, and blocks of pixels that are written repeatedly. */
class LaidOut {
  private readonly command: Buffer;
  private readonly commandUid: number;
  private readonly start: Buffer;
  private readonly block: Buffer;
  private readonly blocks: number;
  private readonly end: Buffer;

  constructor(
    private readonly object: BenchObject,
    payload: number,
  ) {
    const { head, pixelBlock, pixelLength, byteLength, sopClassUid } = object;
    const uid = nextUid();
    const command = encodeCommandSet({
      affectedSopClassUid: sopClassUid,
      commandField: 1,
      messageId: 1,
      priority: 0,
      commandDataSetType: 1,
      affectedSopInstanceUid: uid,
    });
    this.command = pdus(command, payload, true, true);
    this.commandUid = this.command.indexOf(uid);
    // The head is filled up with pixels to whole PDUs; what is left goes in whole blocks, and then in an end.
    const startLength = Math.min(byteLength, Math.ceil(head.length / payload) * payload);
    const fill = startLength - head.length;
    const blockLength = Math.max(1, Math.floor(pixelBlock.length / payload)) * payload;
    // One PDU at least is left to the end: it says that it is the last.
    this.blocks = Math.max(0, Math.ceil((pixelLength - fill) / blockLength) - 1);
    const endLength = pixelLength - fill - this.blocks * blockLength;
    this.start = pdus(
      Buffer.concat([head, pixelBlock.subarray(0, fill)]),
      payload,
      false,
      endLength === 0,
    );
    this.block = pdus(pixelBlock.subarray(0, blockLength), payload, false, false);
    this.end = pdus(pixelBlock.subarray(0, endLength), payload, false, true);
  }

  /** The parts of the next object, with a SOP Instance UID of its own. The one before must have been answered. */
  next(): Buffer[] {
    const uid = nextUid();
    this.command.write(uid, this.commandUid, UID_LENGTH, 'latin1');
    this.start.write(uid, HEADERS + this.object.uidOffset, UID_LENGTH, 'latin1');
    return [
      this.command,
      this.start,
      ...Array.from({ length: this.blocks }, () => this.block),
      this.end,
    ];
  }
}

function pdus(bytes: Buffer, payload: number, isCommand: boolean, ends: boolean): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += payload) {
    const part = bytes.subarray(at, at + payload);
    const header = Buffer.alloc(HEADERS);
    const isLast = ends && at + payload >= bytes.length;
    writePDataHeader(header, 0, { contextId: CONTEXT_ID, isCommand, isLast }, part.length);
    parts.push(header, part);
  }
  return Buffer.concat(parts);
}
