import { open, type FileHandle } from 'node:fs/promises';

import { DataSet } from './data-set.js';
import { DicomError } from './errors.js';
import { inflateDataSet } from './inflate.js';
import { readDataSet, type DataSetHeader } from './read-data-set.js';
import {
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  TRANSFER_SYNTAXES,
  transferSyntax,
} from './uids.js';
import { encodeDataSet } from './write-data-set.js';

const PREAMBLE_LENGTH = 128;
const PREFIX = Buffer.from('DICM', 'latin1');
/** (0002,0000) UL 4: tag, VR, length and value. */
const GROUP_LENGTH_LENGTH = 12;
const META_START = PREAMBLE_LENGTH + PREFIX.length;
const META_MAX_LENGTH = 1024 * 1024;

const FIRST_CHUNK = 256 * 1024;
const CHUNK_GROWTH = 4;
export const HEADER_MAX_LENGTH = 64 * 1024 * 1024;

export interface FileMeta {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly sourceApplicationEntityTitle?: string;
}

/** Preamble, prefix and File Meta Information (PS3.10 7.1): what precedes the data set in a file. */
export function encodeFileMeta(file: FileMeta): Uint8Array {
  const meta = DataSet.of({
    FileMetaInformationVersion: Uint8Array.of(0, 1),
    MediaStorageSOPClassUID: file.sopClassUid,
    MediaStorageSOPInstanceUID: file.sopInstanceUid,
    TransferSyntaxUID: file.transferSyntaxUid,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: IMPLEMENTATION_VERSION_NAME,
    ...(file.sourceApplicationEntityTitle === undefined
      ? {}
      : { SourceApplicationEntityTitle: file.sourceApplicationEntityTitle }),
  });
  const elements = encodeDataSet(meta);
  const groupLength = Buffer.from('02000000554c040000000000', 'hex');
  groupLength.writeUInt32LE(elements.length, 8);
  return Buffer.concat([Buffer.alloc(PREAMBLE_LENGTH), PREFIX, groupLength, elements]);
}

/** A data set as the bytes of a Part 10 file; its SOP Class and SOP Instance UID go into the File Meta Information. */
export function encodePart10(
  dataSet: DataSet,
  transferSyntaxUid: string = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid,
): Uint8Array {
  const meta = encodeFileMeta({
    sopClassUid: dataSet.text('SOPClassUID') ?? '',
    sopInstanceUid: dataSet.text('SOPInstanceUID') ?? '',
    transferSyntaxUid,
  });
  return Buffer.concat([meta, encodeDataSet(dataSet, transferSyntaxUid)]);
}

/** What stands in a file before the pixels of a data set. */
export interface HeaderInFile extends DataSetHeader {
  readonly transferSyntaxUid: string;
  /** First byte of the data set in the file. */
  readonly dataSetOffset: number;
  /**
   * Where the pixels lie in the file; under Deflated Explicit VR Little Endian, in the inflated data set
   * (`inflateDataSet` of the bytes from `dataSetOffset` on).
   */
  readonly pixelData?: NonNullable<DataSetHeader['pixelData']>;
}

/** What stands in a Part 10 file before its pixels. */
export interface Part10Header extends HeaderInFile {
  readonly meta: DataSet;
}

/**
 * Reads a file up to its Pixel Data in growing chunks, at most 64 MiB, so that a volume's pixels are never touched.
 * Throws DicomError (OCT_DICOM_NOT_PART10, OCT_DICOM_FILE_META and what `readDataSet` throws; offsets of the latter
 * count from the beginning of the data set) and the file system's errors. A file without preamble is refused: its
 * transfer syntax would be a guess.
 */
export async function readPart10Header(path: string): Promise<Part10Header> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { meta, transferSyntaxUid, dataSetOffset } = await readFileMeta(file, size);
    const header = transferSyntax(transferSyntaxUid)?.deflated
      ? await readDeflated(file, dataSetOffset, size)
      : await readGrowing(file, dataSetOffset, size, transferSyntaxUid);
    refuseMissingPixels(header, transferSyntaxUid, size);
    return { meta, transferSyntaxUid, dataSetOffset, ...header };
  } finally {
    await file.close();
  }
}

/**
 * The same of a whole Part 10 file in memory, not deflated (our own objects, before they are sent). Offsets count from
 * the beginning of `bytes`.
 */
export function readPart10(bytes: Uint8Array): Part10Header {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const from = META_START + GROUP_LENGTH_LENGTH;
  const length = metaLength(file.subarray(0, from), file.length);
  const { meta, transferSyntaxUid } = parseMeta(file.subarray(from, from + length));
  if (transferSyntax(transferSyntaxUid)?.deflated)
    throw new DicomError('OCT_DICOM_TRANSFER_SYNTAX');
  const dataSetOffset = from + length;
  const header = inFile(
    readDataSet(file.subarray(dataSetOffset), { transferSyntaxUid }),
    dataSetOffset,
  );
  refuseMissingPixels(header, transferSyntaxUid, file.length);
  return { meta, transferSyntaxUid, dataSetOffset, ...header };
}

/**
 * The same of a data set whose first bytes are at hand and whose rest lies in a file. Undefined where they reach neither
 * its pixels nor its end, or where it is deflated: then the file must be read. Throws as `readPart10Header` does.
 */
export function readDataSetStart(
  start: Uint8Array,
  whole: {
    readonly transferSyntaxUid: string;
    readonly dataSetOffset: number;
    /** Of the data set, in bytes. */
    readonly byteLength: number;
  },
): HeaderInFile | undefined {
  const { transferSyntaxUid, dataSetOffset, byteLength } = whole;
  if (transferSyntax(transferSyntaxUid)?.deflated) return undefined;
  const header = readStart(start, transferSyntaxUid, start.length === byteLength);
  if (header === undefined) return undefined;
  const placed = inFile(header, dataSetOffset);
  refuseMissingPixels(placed, transferSyntaxUid, dataSetOffset + byteLength);
  return { transferSyntaxUid, dataSetOffset, ...placed };
}

/** What precedes the data set in a file. */
export interface MetaRead {
  readonly meta: DataSet;
  readonly transferSyntaxUid: string;
  readonly dataSetOffset: number;
}

/**
 * Preamble, prefix and File Meta Information from the first bytes of a file that is still coming; undefined where they do
 * not reach behind it yet. Throws DicomError OCT_DICOM_NOT_PART10, OCT_DICOM_FILE_META.
 */
export function readMetaStart(start: Uint8Array): MetaRead | undefined {
  const from = META_START + GROUP_LENGTH_LENGTH;
  if (start.length < from) return undefined;
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  const length = metaLength(bytes.subarray(0, from), Number.MAX_SAFE_INTEGER);
  if (bytes.length < from + length) return undefined;
  return { ...parseMeta(bytes.subarray(from, from + length)), dataSetOffset: from + length };
}

async function readFileMeta(file: FileHandle, size: number): Promise<MetaRead> {
  const from = META_START + GROUP_LENGTH_LENGTH;
  const length = metaLength(await readAt(file, 0, Math.min(size, from)), size);
  const meta = parseMeta(await readAt(file, from, length));
  return { ...meta, dataSetOffset: from + length };
}

/** Length of the File Meta Information behind its group length; `start` is the file up to there. */
function metaLength(start: Buffer, size: number): number {
  if (!start.subarray(PREAMBLE_LENGTH, META_START).equals(PREFIX)) {
    throw new DicomError('OCT_DICOM_NOT_PART10');
  }
  const groupLength = start.subarray(META_START);
  // PS3.10 7.1: Explicit VR Little Endian, and (0002,0000) is always there.
  if (
    groupLength.length < GROUP_LENGTH_LENGTH ||
    !groupLength.subarray(0, 8).equals(Buffer.from('02000000554c0400', 'hex'))
  ) {
    throw new DicomError('OCT_DICOM_FILE_META', { reason: 'group length missing' });
  }
  const length = groupLength.readUInt32LE(8);
  if (length > META_MAX_LENGTH || META_START + GROUP_LENGTH_LENGTH + length > size) {
    throw new DicomError('OCT_DICOM_FILE_META', { reason: 'group length passes the end' });
  }
  return length;
}

function parseMeta(bytes: Uint8Array): Omit<MetaRead, 'dataSetOffset'> {
  const { dataSet: meta } = readDataSet(bytes, {
    transferSyntaxUid: TRANSFER_SYNTAXES.explicitVrLittleEndian.uid,
    maxElements: 1000,
  });
  const transferSyntaxUid = meta.text('TransferSyntaxUID');
  if (transferSyntaxUid === undefined) {
    throw new DicomError('OCT_DICOM_FILE_META', { reason: 'transfer syntax missing' });
  }
  return { meta, transferSyntaxUid };
}

async function readGrowing(
  file: FileHandle,
  dataSetOffset: number,
  size: number,
  transferSyntaxUid: string,
): Promise<DataSetHeader> {
  const available = size - dataSetOffset;
  for (let length = FIRST_CHUNK; ; length *= CHUNK_GROWTH) {
    const bytes = await readAt(file, dataSetOffset, Math.min(length, available, HEADER_MAX_LENGTH));
    const header = readStart(bytes, transferSyntaxUid, bytes.length === available);
    if (header !== undefined) return inFile(header, dataSetOffset);
    if (bytes.length >= HEADER_MAX_LENGTH) {
      throw new DicomError('OCT_DICOM_LIMIT', { reason: 'more than 64 MiB before Pixel Data' });
    }
  }
}

/** The header in the first bytes of a data set; undefined where they do not reach its end and are not `complete`. */
function readStart(
  bytes: Uint8Array,
  transferSyntaxUid: string,
  complete: boolean,
): DataSetHeader | undefined {
  try {
    const header = readDataSet(bytes, { transferSyntaxUid });
    // The bytes may end just between two elements: only Pixel Data or the end of the file ends a header.
    return header.pixelData !== undefined || complete ? header : undefined;
  } catch (error) {
    const cutOff = error instanceof DicomError && error.code === 'OCT_DICOM_TRUNCATED';
    if (complete || !cutOff) throw error;
    return undefined;
  }
}

/** dcmjs fills such a gap with black and answers Success (transport.md). */
function refuseMissingPixels(
  { pixelData }: DataSetHeader,
  transferSyntaxUid: string,
  size: number,
): void {
  if (pixelData === undefined || pixelData.length === 'undefined') return;
  if (transferSyntax(transferSyntaxUid)?.deflated === true) return;
  const { tag, offset, length } = pixelData;
  if (offset + length <= size) return;
  throw new DicomError('OCT_DICOM_TRUNCATED', { tag, offset, reason: 'pixels missing' });
}

async function readDeflated(
  file: FileHandle,
  offset: number,
  size: number,
): Promise<DataSetHeader> {
  const deflated = await readAt(file, offset, size - offset);
  return readDataSet(await inflateDataSet(deflated), {
    transferSyntaxUid: TRANSFER_SYNTAXES.explicitVrLittleEndian.uid,
  });
}

function inFile({ dataSet, pixelData }: DataSetHeader, dataSetOffset: number): DataSetHeader {
  if (pixelData === undefined) return { dataSet };
  return { dataSet, pixelData: { ...pixelData, offset: pixelData.offset + dataSetOffset } };
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
