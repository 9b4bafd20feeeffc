import {
  CommandSetError,
  MAX_COMMAND_LENGTH,
  NO_DATA_SET,
  decodeCommandSet,
  encodeCommandSet,
} from './command-set.js';
import type { CommandSet } from './command-set.js';
import { writePDataHeader } from './upper-layer/pdu-encode.js';
import { PDU_HEADER_LENGTH, PDV_HEADER_LENGTH } from './upper-layer/pdu.js';
import type { PdvSlice } from './upper-layer/pdu-reader.js';
import { PDV_QUEUE_HIGH_WATER, type PdvQueue } from './upper-layer/pdv-queue.js';

/**
 * Slices that wait are handed on together, up to about this many bytes, so that a slow sink makes large writes. Half of
 * what may wait: the other half comes in while these are written.
 */
const GATHER_LIMIT = PDV_QUEUE_HIGH_WATER / 2;

/** PDVs that do not make a DIMSE message (PS3.7 §6.3, PS3.8 Annex E). The association cannot go on. */
export class MessageError extends Error {
  override readonly name = 'MessageError';
}

export interface IncomingMessage {
  readonly contextId: number;
  readonly command: CommandSet;
  /** The data set's bytes as they came; undefined where the command says that there is none. */
  readonly dataSet?: IncomingDataSet;
}

/** Puts PDV slices together to messages, one after the other. Command sets are held, data sets are passed on. */
export class MessageReader {
  #current: IncomingDataSet | undefined;

  constructor(private readonly queue: PdvQueue) {}

  /**
   * The next message; the data set of the one before is read to its end first. Undefined when the peer asked for
   * release.
   * @throws MessageError, AssociationEndedError
   */
  async next(): Promise<IncomingMessage | undefined> {
    await this.#current?.skip();
    this.#current = undefined;
    const parts: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const slice = await nextSlice(this.queue);
      if (!slice) {
        if (parts.length > 0) throw new MessageError('release in the middle of a command');
        return undefined;
      }
      if (!slice.isCommand) throw new MessageError('data set fragment without a command');
      length += slice.payload.length;
      if (length > MAX_COMMAND_LENGTH) throw new MessageError('command set too long');
      parts.push(Buffer.from(slice.payload));
      this.queue.giveBack();
      if (!slice.isLast) continue;
      const command = Buffer.concat(parts);
      return this.#message(slice.contextId, command);
    }
  }

  #message(contextId: number, bytes: Buffer): IncomingMessage {
    const command = decodeCommand(bytes);
    if (command.commandDataSetType === NO_DATA_SET) return { contextId, command };
    this.#current = new IncomingDataSet(this.queue, contextId);
    return { contextId, command, dataSet: this.#current };
  }
}

function decodeCommand(bytes: Buffer): CommandSet {
  try {
    return decodeCommandSet(bytes);
  } catch (error) {
    if (error instanceof CommandSetError) throw new MessageError(`command set: ${error.message}`);
    throw error;
  }
}

export class IncomingDataSet {
  #complete = false;

  constructor(
    private readonly queue: PdvQueue,
    private readonly contextId: number,
  ) {}

  /**
   * The next bytes, as slices of what came from the socket: putting them together here would cost a copy and a new
   * megabyte each time (decision 7). They are the caller's until the next call; undefined after the last.
   * @throws MessageError, AssociationEndedError when the association ends first
   */
  async read(): Promise<readonly Uint8Array[] | undefined> {
    this.queue.giveBack();
    if (this.#complete) return undefined;
    const first = await nextSlice(this.queue);
    if (!first) throw new MessageError('release in the middle of a data set');
    const parts = [this.#checked(first)];
    let length = first.payload.length;
    let last = first.isLast;
    while (!last && length < GATHER_LIMIT) {
      const more = this.queue.peek();
      if (!more) break;
      this.queue.take();
      parts.push(this.#checked(more));
      length += more.payload.length;
      last = more.isLast;
    }
    return parts;
  }

  async skip(): Promise<void> {
    while ((await this.read()) !== undefined);
  }

  /** All bytes; undefined where they are more than `limit`: the rest is read and dropped. */
  async whole(limit: number): Promise<Buffer | undefined> {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let slices = await this.read(); slices; slices = await this.read()) {
      for (const slice of slices) {
        length += slice.length;
        // A copy: the slices are read over with the next `read`.
        if (length <= limit) parts.push(Buffer.from(slice));
      }
    }
    return length > limit ? undefined : Buffer.concat(parts, length);
  }

  #checked(slice: PdvSlice): Uint8Array {
    if (slice.isCommand || slice.contextId !== this.contextId) {
      throw new MessageError('another message in the middle of a data set');
    }
    this.#complete = slice.isLast;
    return slice.payload;
  }
}

async function nextSlice(queue: PdvQueue): Promise<PdvSlice | undefined> {
  await queue.ready();
  const slice = queue.peek();
  queue.take();
  return slice;
}

/** When a peer states no limit (0) or a huge one, we still send PDUs of at most this variable length, in bytes. */
export const MAX_SENT_PDU_LENGTH = 128 * 1024;
/** Payload may be of any size, yet a limit that does not hold one PDV with two bytes cannot be served. */
export const MIN_PEER_PDU_LENGTH = PDV_HEADER_LENGTH + 2;

/** Payload bytes of one PDV in one PDU towards a peer that advertised `peerMaxPduLength`; even, as fragments must be. */
export function payloadLength(peerMaxPduLength: number): number {
  const limit = peerMaxPduLength === 0 ? MAX_SENT_PDU_LENGTH : peerMaxPduLength;
  const length = Math.min(limit, MAX_SENT_PDU_LENGTH) - PDV_HEADER_LENGTH;
  return length - (length % 2);
}

const HEADERS_LENGTH = PDU_HEADER_LENGTH + PDV_HEADER_LENGTH;

/** The PDUs of a command set, fragmented to the peer's limit like everything else. */
export function commandPdus(contextId: number, command: CommandSet, payload: number): Buffer {
  return pdus(contextId, true, encodeCommandSet(command), payload);
}

/** The PDUs of a data set that is held whole; large ones go by `DataSetBlock`. */
export function dataSetPdus(contextId: number, bytes: Uint8Array, payload: number): Buffer {
  return pdus(contextId, false, bytes, payload);
}

function pdus(contextId: number, isCommand: boolean, bytes: Uint8Array, payload: number): Buffer {
  const parts: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; offset += payload) {
    const part = bytes.subarray(offset, offset + payload);
    const isLast = offset + payload >= bytes.length;
    const header = Buffer.alloc(HEADERS_LENGTH);
    writePDataHeader(header, 0, { contextId, isCommand, isLast }, part.length);
    parts.push(header, part);
  }
  return Buffer.concat(parts);
}

/**
 * A block of memory laid out as P-DATA-TF PDUs: a reader fills the payloads in place (scatter read), then the headers
 * are written between them, and the block goes to the socket without any copy of the data set.
 */
export class DataSetBlock {
  readonly capacity: number;
  readonly #memory: Buffer;

  constructor(
    private readonly payload: number,
    pdus: number,
  ) {
    this.capacity = payload * pdus;
    this.#memory = Buffer.allocUnsafeSlow((HEADERS_LENGTH + payload) * pdus);
  }

  /** The places of `length` payload bytes, in order. */
  payloads(length: number): Buffer[] {
    const places: Buffer[] = [];
    for (let left = length, at = HEADERS_LENGTH; left > 0; left -= this.payload) {
      places.push(this.#memory.subarray(at, at + Math.min(left, this.payload)));
      at += this.payload + HEADERS_LENGTH;
    }
    return places;
  }

  /** The PDUs of the first `length` payload bytes. */
  pdus(contextId: number, length: number, endsDataSet: boolean): Buffer {
    let at = 0;
    let left = length;
    do {
      const part = Math.min(left, this.payload);
      left -= part;
      const isLast = endsDataSet && left === 0;
      writePDataHeader(this.#memory, at, { contextId, isCommand: false, isLast }, part);
      at += HEADERS_LENGTH + part;
    } while (left > 0);
    return this.#memory.subarray(0, at);
  }
}
