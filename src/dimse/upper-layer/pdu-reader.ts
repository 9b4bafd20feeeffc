import { recogniseForeignProtocol } from './foreign-protocol.js';
import type { ForeignProtocol } from './foreign-protocol.js';
import { decodeControlPdu, pduName } from './pdu-decode.js';
import { PduError } from './pdu-error.js';
import { PDU_HEADER_LENGTH, PDV_HEADER_LENGTH } from './pdu.js';
import type { ControlPdu, PduName, PresentationDataValue } from './pdu.js';

/**
 * The longest A-ASSOCIATE PDU we hold in memory, in bytes. 128 contexts with every transfer syntax there is come to
 * some 150 KiB; PS3.8 sets no limit.
 */
export const MAX_CONTROL_PDU_LENGTH = 256 * 1024;

/** A slice of a PDV as it came from the socket: `isLast` only on the slice that ends the last PDV of its message. */
export type PdvSlice = PresentationDataValue;

export interface PduReaderSink {
  control(pdu: ControlPdu): void;
  /** The header of a P-DATA-TF was read: Evt10. Returning false drops its content. */
  dataBegins(): boolean;
  data(slice: PdvSlice): void;
}

/** Bytes that are not DICOM at all, at the very start of a connection. */
export class ForeignProtocolError extends PduError {
  constructor(readonly looksLike: ForeignProtocol) {
    super('unrecognizedPdu', 'the peer does not speak DICOM');
  }
}

/**
 * Takes PDUs from a byte stream, however it is cut into chunks. Control PDUs are held whole, P-DATA-TF never: its PDVs
 * go out as slices of the chunks they came in, without a copy. Throws PduError at the first byte that cannot be
 * right; after that, or after `stop`, everything is ignored.
 */
export class PduReader {
  readonly #sink: PduReaderSink;
  readonly #maxDataLength: number;
  readonly #head = Buffer.alloc(PDV_HEADER_LENGTH);
  #headFilled = 0;
  #part: 'header' | 'control' | 'pdvHeader' | 'pdv' | 'skip' | 'stopped' = 'header';
  #any = false;
  #name: PduName = 'A-ABORT';
  /** Bytes of the PDU's variable field still to come. */
  #pduLeft = 0;
  #held = Buffer.alloc(0);
  #pdvLeft = 0;
  #contextId = 0;
  #control = 0;

  /** `maxDataLength`: the maximum PDU length that we advertised. */
  constructor(sink: PduReaderSink, maxDataLength: number) {
    this.#sink = sink;
    this.#maxDataLength = maxDataLength;
  }

  /** Ignore what comes from now on. */
  stop(): void {
    this.#part = 'stopped';
    this.#held = Buffer.alloc(0);
  }

  /** @throws PduError */
  push(chunk: Buffer): void {
    try {
      let offset = 0;
      while (offset < chunk.length && this.#part !== 'stopped') offset = this.#step(chunk, offset);
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  #step(chunk: Buffer, offset: number): number {
    switch (this.#part) {
      case 'header':
        return this.#fillHead(chunk, offset, PDU_HEADER_LENGTH, () => {
          this.#beginPdu();
        });
      case 'pdvHeader':
        return this.#fillHead(chunk, offset, PDV_HEADER_LENGTH, () => {
          this.#beginPdv();
        });
      case 'control':
        return this.#holdControl(chunk, offset);
      case 'pdv':
        return this.#passPdv(chunk, offset);
      default: {
        const end = Math.min(chunk.length, offset + this.#pduLeft);
        this.#pduLeft -= end - offset;
        if (this.#pduLeft === 0) this.#part = 'header';
        return end;
      }
    }
  }

  #fillHead(chunk: Buffer, offset: number, length: number, complete: () => void): number {
    if (!this.#any) this.#checkFirstByte(chunk);
    const taken = Math.min(length - this.#headFilled, chunk.length - offset);
    chunk.copy(this.#head, this.#headFilled, offset, offset + taken);
    this.#headFilled += taken;
    if (this.#headFilled === length) {
      this.#headFilled = 0;
      complete();
    }
    return offset + taken;
  }

  #checkFirstByte(chunk: Buffer): void {
    this.#any = true;
    if (!pduName(chunk[0] ?? 0)) throw new ForeignProtocolError(recogniseForeignProtocol(chunk));
  }

  #beginPdu(): void {
    const type = this.#head[0] ?? 0;
    const name = pduName(type);
    if (!name) throw new PduError('unrecognizedPdu', `unrecognized PDU type ${type}`);
    this.#name = name;
    this.#pduLeft = this.#head.readUInt32BE(2);
    if (name === 'P-DATA-TF') {
      if (this.#pduLeft > this.#maxDataLength) {
        throw new PduError(
          'invalidPduParameterValue',
          `a P-DATA-TF PDU of ${this.#pduLeft} bytes, our maximum is ${this.#maxDataLength}`,
        );
      }
      if (this.#pduLeft > 0 && this.#pduLeft < PDV_HEADER_LENGTH) {
        throw new PduError('invalidPduParameterValue', 'a P-DATA-TF PDU too short for a PDV');
      }
      const wanted = this.#sink.dataBegins();
      if (this.#stopped()) return;
      if (this.#pduLeft > 0) this.#part = wanted ? 'pdvHeader' : 'skip';
      return;
    }
    if (this.#pduLeft > MAX_CONTROL_PDU_LENGTH) {
      throw new PduError('invalidPduParameterValue', `${name} of ${this.#pduLeft} bytes`);
    }
    this.#part = 'control';
    this.#held = Buffer.allocUnsafe(this.#pduLeft);
    if (this.#pduLeft === 0) this.#endControl();
  }

  #holdControl(chunk: Buffer, offset: number): number {
    const end = Math.min(chunk.length, offset + this.#pduLeft);
    chunk.copy(this.#held, this.#held.length - this.#pduLeft, offset, end);
    this.#pduLeft -= end - offset;
    if (this.#pduLeft === 0) this.#endControl();
    return end;
  }

  #endControl(): void {
    const content = this.#held;
    this.#held = Buffer.alloc(0);
    this.#part = 'header';
    this.#sink.control(decodeControlPdu(this.#name as Exclude<PduName, 'P-DATA-TF'>, content));
  }

  #beginPdv(): void {
    const length = this.#head.readUInt32BE(0);
    this.#contextId = this.#head[4] ?? 0;
    this.#control = this.#head[5] ?? 0;
    this.#pduLeft -= PDV_HEADER_LENGTH;
    this.#pdvLeft = length - 2;
    if (this.#pdvLeft < 0 || this.#pdvLeft > this.#pduLeft) {
      throw new PduError('invalidPduParameterValue', `impossible length ${length} of a PDV`);
    }
    this.#part = 'pdv';
    if (this.#pdvLeft === 0) this.#endPdv(this.#head.subarray(0, 0));
  }

  #passPdv(chunk: Buffer, offset: number): number {
    const end = Math.min(chunk.length, offset + this.#pdvLeft);
    const payload = chunk.subarray(offset, end);
    this.#pdvLeft -= payload.length;
    this.#pduLeft -= payload.length;
    if (this.#pdvLeft === 0) this.#endPdv(payload);
    else this.#emit(payload, false);
    return end;
  }

  #endPdv(payload: Buffer): void {
    if (this.#pduLeft > 0 && this.#pduLeft < PDV_HEADER_LENGTH) {
      throw new PduError('invalidPduParameterValue', 'bytes left over after the last PDV');
    }
    this.#part = this.#pduLeft === 0 ? 'header' : 'pdvHeader';
    this.#emit(payload, (this.#control & 2) !== 0);
  }

  #emit(payload: Buffer, isLast: boolean): void {
    this.#sink.data({
      contextId: this.#contextId,
      isCommand: (this.#control & 1) !== 0,
      isLast,
      payload,
    });
  }

  #stopped(): boolean {
    return this.#part === 'stopped';
  }
}
