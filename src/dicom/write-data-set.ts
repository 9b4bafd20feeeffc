import { ByteWriter } from './byte-writer.js';
import type { DataSet, Element } from './data-set.js';
import { DICTIONARY } from './dictionary.js';
import { DicomError } from './errors.js';
import { TRANSFER_SYNTAXES, transferSyntax } from './uids.js';
import { numberDefect, textDefect } from './value-rules.js';
import { traitsOf, type ValueRepresentation } from './value-representation.js';

const UNDEFINED_LENGTH = 0xffffffff;
const SHORT_LENGTH_MAX = 0xfffe;
const LONG_LENGTH_MAX = 0xfffffffe;

interface Form {
  readonly explicitVr: boolean;
  readonly encapsulated: boolean;
  /** Is text beyond ASCII announced (Specific Character Set ISO_IR 192)? */
  readonly unicode: boolean;
}

/**
 * The bytes of a data set, little endian, text in UTF-8, sequences and items of defined length. Every value is held
 * against its VR (length, form, range, repertoire) first: what dcmjs writes silently wrong (transport.md; dicom-objects.md
 * T4) is refused here with OCT_DICOM_INVALID_VALUE, whose message has keyword and reason, not the value.
 *
 * Under an encapsulated transfer syntax the value of Pixel Data is the sequence of its fragments' items, Basic Offset
 * Table first (`encapsulate`). Throws OCT_DICOM_TRANSFER_SYNTAX for big endian and deflated, which are only read.
 */
export function encodeDataSet(
  dataSet: DataSet,
  transferSyntaxUid: string = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid,
): Uint8Array {
  const syntax = transferSyntax(transferSyntaxUid);
  if (syntax === undefined || syntax.bigEndian || syntax.deflated) {
    throw new DicomError('OCT_DICOM_TRANSFER_SYNTAX');
  }
  const writer = new ByteWriter();
  writeElements(writer, dataSet, {
    explicitVr: syntax.explicitVr,
    encapsulated: syntax.encapsulated,
    unicode: false,
  });
  return writer.finish();
}

/** Fragments as the value of an encapsulated Pixel Data (PS3.5 A.4), with an empty Basic Offset Table. */
export function encapsulate(fragments: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  for (const fragment of [new Uint8Array(), ...fragments]) {
    writeTag(writer, 0xfffee000);
    writer.uint32(fragment.length + (fragment.length % 2));
    writer.write(fragment);
    if (fragment.length % 2 === 1) writer.write(Uint8Array.of(0));
  }
  return writer.finish();
}

function writeElements(writer: ByteWriter, dataSet: DataSet, inherited: Form): void {
  const own = dataSet.text('SpecificCharacterSet');
  const form = own === undefined ? inherited : { ...inherited, unicode: own === 'ISO_IR 192' };
  for (const element of dataSet.elements()) writeElement(writer, element, form);
}

function writeElement(writer: ByteWriter, element: Element, form: Form): void {
  const { tag, vr, value } = element;
  if ((tag & 0xffff) === 0 || tag >>> 16 === 0xfffe)
    refuse(tag, 'group lengths and items are not elements');
  if (traitsOf(vr).holds === 'items') {
    writeHeader(writer, tag, vr, form, undefined);
    const close = writer.lengthToCome();
    for (const item of value as readonly DataSet[]) {
      writeTag(writer, 0xfffee000);
      const closeItem = writer.lengthToCome();
      writeElements(writer, item, form);
      closeItem();
    }
    close();
    return;
  }
  const bytes = encodeValue(element, form);
  const padded = bytes.length + (bytes.length % 2);
  const fragments = form.encapsulated && tag === DICTIONARY.PixelData.tag;
  const short = form.explicitVr && !traitsOf(vr).longLength;
  if (padded > (short ? SHORT_LENGTH_MAX : LONG_LENGTH_MAX))
    refuse(tag, 'too long for its length field');
  writeHeader(writer, tag, vr, form, fragments ? UNDEFINED_LENGTH : padded);
  writer.write(bytes);
  if (bytes.length % 2 === 1) writer.write(Uint8Array.of(paddingOf(vr)));
  if (fragments) {
    writeTag(writer, 0xfffee0dd);
    writer.uint32(0);
  }
}

/** `undefined` length: the caller writes it. */
function writeHeader(
  writer: ByteWriter,
  tag: number,
  vr: ValueRepresentation,
  { explicitVr }: Form,
  length: number | undefined,
): void {
  writeTag(writer, tag);
  const { longLength } = traitsOf(vr);
  if (explicitVr) writer.write(Buffer.from(longLength ? `${vr}\0\0` : vr, 'latin1'));
  if (length === undefined) return;
  if (explicitVr && !longLength) writer.uint16(length);
  else writer.uint32(length);
}

function writeTag(writer: ByteWriter, tag: number): void {
  writer.uint16(tag >>> 16);
  writer.uint16(tag & 0xffff);
}

function encodeValue({ tag, vr, value }: Element, { unicode }: Form): Uint8Array {
  switch (traitsOf(vr).holds) {
    case 'text':
      return encodeText(tag, vr, value as readonly unknown[], unicode);
    case 'number':
      return encodeNumbers(tag, vr, value as readonly unknown[]);
    default:
      if (!(value instanceof Uint8Array)) refuse(tag, `${vr} needs bytes`);
      if (vr !== 'OB' && vr !== 'UN' && value.length % 2 === 1) refuse(tag, `odd length of ${vr}`);
      return value;
  }
}

function encodeText(
  tag: number,
  vr: ValueRepresentation,
  values: readonly unknown[],
  unicode: boolean,
): Uint8Array {
  if (!Array.isArray(values)) refuse(tag, `${vr} needs text`);
  if (traitsOf(vr).singleValued && values.length > 1) refuse(tag, `${vr} has one value only`);
  for (const value of values) {
    if (typeof value !== 'string') refuse(tag, `${vr} needs text`);
    const defect = textDefect(vr, value);
    if (defect !== undefined) refuse(tag, defect);
    if (!unicode && /[^\u0000-\u007f]/u.test(value)) {
      refuse(tag, 'text beyond ASCII without Specific Character Set ISO_IR 192');
    }
  }
  return Buffer.from(values.join('\\'), 'utf8');
}

function encodeNumbers(
  tag: number,
  vr: ValueRepresentation,
  values: readonly unknown[],
): Uint8Array {
  if (!Array.isArray(values)) refuse(tag, `${vr} needs numbers`);
  const size = traitsOf(vr).size ?? 1;
  const bytes = Buffer.alloc(values.length * size);
  values.forEach((value: unknown, index) => {
    if (typeof value !== 'number') refuse(tag, `${vr} needs numbers`);
    const defect = numberDefect(vr, value);
    if (defect !== undefined) refuse(tag, defect);
    writeNumber(bytes, vr, value, index * size);
  });
  return bytes;
}

function writeNumber(bytes: Buffer, vr: ValueRepresentation, value: number, at: number): void {
  switch (vr) {
    case 'US':
      bytes.writeUInt16LE(value, at);
      break;
    case 'SS':
      bytes.writeInt16LE(value, at);
      break;
    case 'SL':
      bytes.writeInt32LE(value, at);
      break;
    case 'FL':
      bytes.writeFloatLE(value, at);
      break;
    case 'FD':
      bytes.writeDoubleLE(value, at);
      break;
    case 'AT':
      bytes.writeUInt16LE(value >>> 16, at);
      bytes.writeUInt16LE(value & 0xffff, at + 2);
      break;
    default:
      bytes.writeUInt32LE(value, at);
  }
}

/** PS3.5 6.2: UIDs and bytes are padded with NUL, text with a blank. */
function paddingOf(vr: ValueRepresentation): number {
  return vr === 'UI' || traitsOf(vr).holds === 'bytes' ? 0x00 : 0x20;
}

function refuse(tag: number, reason: string): never {
  throw new DicomError('OCT_DICOM_INVALID_VALUE', { tag, reason });
}
