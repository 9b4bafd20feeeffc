import { characterSet, DEFAULT_CHARACTER_SET, type CharacterSet } from './character-set.js';
import { DataSet, type Element, type ElementValue } from './data-set.js';
import { DICTIONARY, keywordOf } from './dictionary.js';
import { DicomError, type DicomErrorCode } from './errors.js';
import { transferSyntax } from './uids.js';
import {
  isValueRepresentation,
  traitsOf,
  type ValueRepresentation,
} from './value-representation.js';

/** What a hostile data set may cost at most. */
export interface ReadLimits {
  /** Elements and items together, at all depths. */
  readonly maxElements: number;
  /** Sequences within sequences. */
  readonly maxDepth: number;
  /** Bytes of one value before Pixel Data. */
  readonly maxValueLength: number;
}

/** A 2048-frame OPT has about 60 000 elements; the longest private value met was 0.8 MB (devices.md). */
export const READ_LIMITS: ReadLimits = {
  maxElements: 2_000_000,
  maxDepth: 32,
  maxValueLength: 64 * 1024 * 1024,
};

export interface ReadOptions extends Partial<ReadLimits> {
  /** How `bytes` are encoded. A deflated data set is inflated first (`inflateDataSet`). */
  readonly transferSyntaxUid: string;
}

/** Where the pixels lie: Pixel Data, Float Pixel Data or Double Float Pixel Data. */
export interface PixelDataLocation {
  readonly tag: number;
  readonly vr: ValueRepresentation;
  /** First byte of the value, counted from the beginning of what was read (a file, or `bytes`). */
  readonly offset: number;
  /** `undefined` length: fragments follow (PS3.5 A.4). */
  readonly length: number | 'undefined';
}

export interface DataSetHeader {
  readonly dataSet: DataSet;
  readonly pixelData?: PixelDataLocation;
}

/**
 * Reads a data set up to its Pixel Data (PS3.5 7), strictly and within limits. Group-length elements are skipped at
 * every depth; private elements without a usable VR stay bytes (UN); a number whose length does not fit its VR stays
 * bytes too, so that it reads as absent and never as a wrong number. Values of bytes are views into `bytes`.
 *
 * Throws DicomError: OCT_DICOM_TRUNCATED, OCT_DICOM_STRUCTURE, OCT_DICOM_UNKNOWN_VR, OCT_DICOM_DUPLICATE_ELEMENT,
 * OCT_DICOM_LIMIT, OCT_DICOM_TRANSFER_SYNTAX. Nothing is read as a default in place of what is missing: dcmjs pads
 * truncated data with zeros and answers Success (transport.md).
 */
export function readDataSet(bytes: Uint8Array, options: ReadOptions): DataSetHeader {
  const syntax = transferSyntax(options.transferSyntaxUid);
  if (syntax === undefined) throw new DicomError('OCT_DICOM_TRANSFER_SYNTAX');
  const reader = new Reader(bytes, { ...READ_LIMITS, ...definedLimits(options) });
  const dataSet = new DataSet();
  reader.readElements(
    dataSet,
    { explicitVr: syntax.explicitVr, littleEndian: !syntax.bigEndian },
    { end: bytes.length, depth: 0, charset: DEFAULT_CHARACTER_SET, kind: 'top' },
  );
  return reader.pixelData === undefined ? { dataSet } : { dataSet, pixelData: reader.pixelData };
}

function definedLimits({
  maxElements,
  maxDepth,
  maxValueLength,
}: ReadOptions): Partial<ReadLimits> {
  return {
    ...(maxElements === undefined ? {} : { maxElements }),
    ...(maxDepth === undefined ? {} : { maxDepth }),
    ...(maxValueLength === undefined ? {} : { maxValueLength }),
  };
}

interface Encoding {
  readonly explicitVr: boolean;
  readonly littleEndian: boolean;
}

/** PS3.5 6.2.2 note: a UN of undefined length, and what is in it, is Implicit VR Little Endian everywhere. */
const IMPLICIT: Encoding = { explicitVr: false, littleEndian: true };

interface Scope {
  /** First byte behind the elements; for an item of undefined length, behind what encloses it. */
  readonly end: number;
  readonly depth: number;
  readonly charset: CharacterSet;
  readonly kind: 'top' | 'item' | 'delimited-item';
}

interface Header {
  readonly tag: number;
  readonly vr: ValueRepresentation;
  readonly length: number;
  /** Where the element begins, for messages. */
  readonly at: number;
}

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_DELIMITATION = 0xfffee00d;
const SEQUENCE_DELIMITATION = 0xfffee0dd;
const PIXEL_DATA_TAGS: readonly number[] = [
  DICTIONARY.FloatPixelData.tag,
  DICTIONARY.DoubleFloatPixelData.tag,
  DICTIONARY.PixelData.tag,
];

class Reader {
  pixelData: PixelDataLocation | undefined;
  private readonly view: DataView;
  private at = 0;
  private elements = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly limits: ReadLimits,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  readElements(into: DataSet, encoding: Encoding, scope: Scope): void {
    let { charset } = scope;
    while (this.at < scope.end) {
      const header = this.readHeader(encoding, scope.end);
      if (header.tag === ITEM_DELIMITATION && scope.kind === 'delimited-item') {
        if (header.length !== 0)
          this.fail('OCT_DICOM_STRUCTURE', header, 'delimiter with a length');
        return;
      }
      if (header.tag >>> 16 === 0xfffe)
        this.fail('OCT_DICOM_STRUCTURE', header, 'item outside a sequence');
      if (scope.kind === 'top' && PIXEL_DATA_TAGS.includes(header.tag)) {
        this.notePixelData(header);
        return;
      }
      const element = this.readElement(header, encoding, { ...scope, charset });
      if (element === undefined) continue;
      if (into.element(header.tag) !== undefined) this.fail('OCT_DICOM_DUPLICATE_ELEMENT', header);
      into.setElement(element);
      if (header.tag === DICTIONARY.SpecificCharacterSet.tag) {
        charset = characterSet(into.texts('SpecificCharacterSet'));
      }
    }
    if (scope.kind === 'delimited-item') {
      throw new DicomError('OCT_DICOM_TRUNCATED', { offset: this.at, reason: 'item not closed' });
    }
  }

  private notePixelData({ tag, vr, length }: Header): void {
    this.pixelData = {
      tag,
      vr,
      offset: this.at,
      length: length === UNDEFINED_LENGTH ? 'undefined' : length,
    };
  }

  private readHeader({ explicitVr, littleEndian }: Encoding, end: number): Header {
    const at = this.at;
    this.need(8, end, undefined);
    const tag =
      this.view.getUint16(at, littleEndian) * 0x10000 + this.view.getUint16(at + 2, littleEndian);
    if (++this.elements > this.limits.maxElements) {
      throw new DicomError('OCT_DICOM_LIMIT', { tag, offset: at, reason: 'too many elements' });
    }
    if (!explicitVr || tag >>> 16 === 0xfffe) {
      this.at += 8;
      const length = this.view.getUint32(at + 4, littleEndian);
      return { tag, vr: dictionaryVr(tag), length, at };
    }
    const code = String.fromCharCode(this.bytes[at + 4]!, this.bytes[at + 5]!);
    // PS3.5 7.1.2: a VR that is defined later will have the long form; its value is bytes to us.
    if (!/^[A-Z]{2}$/u.test(code))
      throw new DicomError('OCT_DICOM_UNKNOWN_VR', { tag, offset: at });
    const vr = isValueRepresentation(code) ? code : 'UN';
    if (!traitsOf(vr).longLength) {
      this.at += 8;
      return { tag, vr, length: this.view.getUint16(at + 6, littleEndian), at };
    }
    this.need(12, end, tag);
    this.at += 12;
    return { tag, vr, length: this.view.getUint32(at + 8, littleEndian), at };
  }

  /** `undefined` where the element carries nothing for us. */
  private readElement(header: Header, encoding: Encoding, scope: Scope): Element | undefined {
    const { tag, length, at } = header;
    const known = dictionaryVr(tag);
    const wasUnknown = header.vr === 'UN';
    // PS3.5 6.2.2: what somebody wrote as UN although the standard knows it, is Implicit VR Little Endian.
    const vr = wasUnknown && known !== 'UN' ? known : header.vr;
    if (length === UNDEFINED_LENGTH) {
      if (vr === 'SQ' || vr === 'UN') {
        const inner = wasUnknown ? IMPLICIT : encoding;
        return { tag, vr: 'SQ', value: this.readItems(header, inner, scope.end, true, scope) };
      }
      this.skipFragments(header, encoding, scope.end);
      return undefined;
    }
    if (length > this.limits.maxValueLength) this.fail('OCT_DICOM_LIMIT', header, 'value too long');
    if (length > scope.end - this.at) {
      const code = scope.end < this.bytes.length ? 'OCT_DICOM_STRUCTURE' : 'OCT_DICOM_TRUNCATED';
      this.fail(code, header, 'length passes the end');
    }
    const end = this.at + length;
    const inner = wasUnknown ? IMPLICIT : encoding;
    if (vr === 'SQ') return { tag, vr, value: this.readItems(header, inner, end, false, scope) };
    const value = this.bytes.subarray(this.at, end);
    this.at = end;
    if ((tag & 0xffff) === 0) return undefined;
    return decodeElement({ tag, vr, length, at }, value, inner.littleEndian, scope.charset);
  }

  private readItems(
    header: Header,
    encoding: Encoding,
    end: number,
    delimited: boolean,
    { depth, charset }: Scope,
  ): readonly DataSet[] {
    if (depth >= this.limits.maxDepth) this.fail('OCT_DICOM_LIMIT', header, 'nested too deeply');
    const items: DataSet[] = [];
    while (delimited || this.at < end) {
      const item = this.readHeader(encoding, end);
      if (item.tag === SEQUENCE_DELIMITATION && delimited) {
        if (item.length !== 0) this.fail('OCT_DICOM_STRUCTURE', item, 'delimiter with a length');
        break;
      }
      if (item.tag !== ITEM) this.fail('OCT_DICOM_STRUCTURE', item, 'no item where one is due');
      const open = item.length === UNDEFINED_LENGTH;
      if (!open && item.length > end - this.at) {
        const code = end < this.bytes.length ? 'OCT_DICOM_STRUCTURE' : 'OCT_DICOM_TRUNCATED';
        this.fail(code, item, 'item passes the end of its sequence');
      }
      const dataSet = new DataSet();
      this.readElements(dataSet, encoding, {
        end: open ? end : this.at + item.length,
        depth: depth + 1,
        charset,
        kind: open ? 'delimited-item' : 'item',
      });
      items.push(dataSet);
    }
    return items;
  }

  /** Encapsulated pixels below the top level (icons) are passed over, fragment by fragment. */
  private skipFragments(header: Header, encoding: Encoding, end: number): void {
    for (;;) {
      const fragment = this.readHeader(encoding, end);
      if (fragment.tag === SEQUENCE_DELIMITATION) return;
      if (fragment.tag !== ITEM || fragment.length === UNDEFINED_LENGTH) {
        this.fail('OCT_DICOM_STRUCTURE', header, 'undefined length without fragments');
      }
      this.need(fragment.length, end, header.tag);
      this.at += fragment.length;
    }
  }

  private need(count: number, end: number, tag: number | undefined): void {
    if (count <= end - this.at) return;
    const code = end < this.bytes.length ? 'OCT_DICOM_STRUCTURE' : 'OCT_DICOM_TRUNCATED';
    throw new DicomError(code, { tag, offset: this.at, reason: 'element cut off' });
  }

  private fail(code: DicomErrorCode, { tag, at }: Header, reason?: string): never {
    throw new DicomError(code, { tag, offset: at, ...(reason === undefined ? {} : { reason }) });
  }
}

function dictionaryVr(tag: number): ValueRepresentation {
  if ((tag & 0xffff) === 0) return 'UL';
  const keyword = keywordOf(tag);
  if (keyword !== undefined) return DICTIONARY[keyword].vr;
  // PS3.5 7.8.1: private creators are LO wherever they are.
  const element = tag & 0xffff;
  return (tag >>> 16) % 2 === 1 && element >= 0x10 && element <= 0xff ? 'LO' : 'UN';
}

function decodeElement(
  { tag, vr }: Header,
  bytes: Uint8Array,
  littleEndian: boolean,
  charset: CharacterSet,
): Element {
  const traits = traitsOf(vr);
  if (traits.holds === 'text') return { tag, vr, value: decodeText(vr, bytes, charset) };
  if (traits.holds === 'number') {
    const value = decodeNumbers(vr, bytes, littleEndian);
    return value === undefined ? { tag, vr: 'UN', value: bytes } : { tag, vr, value };
  }
  return { tag, vr, value: bytes };
}

function decodeText(
  vr: ValueRepresentation,
  bytes: Uint8Array,
  charset: CharacterSet,
): ElementValue {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end -= 1;
  if (end === 0) return [];
  const unpadded = bytes.subarray(0, end);
  const traits = traitsOf(vr);
  const text = traits.characterSet
    ? charset.decode(unpadded, vr === 'PN')
    : Buffer.from(unpadded.buffer, unpadded.byteOffset, unpadded.byteLength).toString('latin1');
  return traits.singleValued ? [text] : text.split('\\');
}

function decodeNumbers(
  vr: ValueRepresentation,
  bytes: Uint8Array,
  littleEndian: boolean,
): readonly number[] | undefined {
  const size = traitsOf(vr).size ?? 1;
  if (bytes.length % size !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / size }, (_, index) => {
    const at = index * size;
    switch (vr) {
      case 'US':
        return view.getUint16(at, littleEndian);
      case 'SS':
        return view.getInt16(at, littleEndian);
      case 'SL':
        return view.getInt32(at, littleEndian);
      case 'FL':
        return view.getFloat32(at, littleEndian);
      case 'FD':
        return view.getFloat64(at, littleEndian);
      case 'AT':
        return view.getUint16(at, littleEndian) * 0x10000 + view.getUint16(at + 2, littleEndian);
      default:
        return view.getUint32(at, littleEndian);
    }
  });
}
