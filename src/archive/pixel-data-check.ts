import { open, type FileHandle } from 'node:fs/promises';
import type { DataSet } from '../dicom/data-set.js';
import type { HeaderInFile } from '../dicom/part10.js';
import { transferSyntax } from '../dicom/uids.js';

/** What is wrong with the bytes of the pixels and after, in words without values; `undefined`: nothing. */
export type PixelDataFault = { readonly kind: 'truncated' | 'length'; readonly reason: string };

const ITEM = 0xfffee000;
const SEQUENCE_DELIMITER = 0xfffee0dd;
const UNDEFINED_LENGTH = 0xffffffff;
/** Tag and length of an item (PS3.5 7.5.1). */
const ITEM_HEADER_LENGTH = 8;
/** VRs whose length takes 32 bits after two reserved bytes (PS3.5 7.1.2). */
const LONG_LENGTH_VRS = /^(OB|OD|OF|OL|OV|OW|SQ|SV|UC|UN|UR|UT|UV)$/;

/**
 * Does everything from Pixel Data to the end of the file hold together? Native pixels have the length that the image
 * matrix asks for; fragments follow one another up to the sequence delimiter (PS3.5 A.4); elements after the pixels
 * end where the file ends. Reads headers of fragments only, never pixels; and nothing where native pixels are the last.
 *
 * @param size of the file, in bytes
 */
export async function checkPixelData(
  path: string,
  size: number,
  header: HeaderInFile,
): Promise<PixelDataFault | undefined> {
  const { pixelData, transferSyntaxUid } = header;
  // Under deflation, offsets count in the inflated stream, and the reader has inflated it whole.
  const deflated = transferSyntax(transferSyntaxUid)?.deflated === true;
  if (pixelData === undefined) return undefined;
  if (pixelData.length !== 'undefined') {
    const wrong = checkNativeLength(header.dataSet, pixelData.length);
    if (wrong !== undefined) return wrong;
    if (deflated || pixelData.offset + pixelData.length === size) return undefined;
  }
  if (deflated) return { kind: 'length', reason: 'fragments in a deflated data set' };
  const file = await open(path, 'r');
  try {
    const end =
      pixelData.length === 'undefined'
        ? await endOfFragments(file, pixelData.offset, size)
        : pixelData.offset + pixelData.length;
    if (end === undefined) {
      return { kind: 'truncated', reason: 'fragments of Pixel Data do not reach a delimiter' };
    }
    return await checkTrailingElements(file, end, size, transferSyntaxUid);
  } finally {
    await file.close();
  }
}

/** Rows × Columns × Samples × Frames × Bits Allocated (PS3.3 C.7.6.3), padded to an even length (PS3.5 8.1.1). */
function checkNativeLength(dataSet: DataSet, length: number): PixelDataFault | undefined {
  const rows = dataSet.number('Rows');
  const columns = dataSet.number('Columns');
  const bits = dataSet.number('BitsAllocated');
  if (rows === undefined || columns === undefined || bits === undefined) return undefined;
  const frames = dataSet.number('NumberOfFrames') ?? 1;
  // 4:2:2 stores two chrominance samples for two pixels (PS3.3 C.7.6.3.1.2).
  const subsampled = dataSet.text('PhotometricInterpretation') === 'YBR_FULL_422';
  const samples = subsampled ? 2 : (dataSet.number('SamplesPerPixel') ?? 1);
  const expected = Math.ceil((rows * columns * frames * samples * bits) / 8);
  if (length === expected + (expected % 2)) return undefined;
  return {
    kind: length < expected ? 'truncated' : 'length',
    reason: `Pixel Data has ${String(length)} bytes, the image matrix asks for ${String(expected)}`,
  };
}

/** Walks Basic Offset Table and fragments; the offset after the sequence delimiter, or `undefined` if there is none. */
async function endOfFragments(
  file: FileHandle,
  offset: number,
  size: number,
): Promise<number | undefined> {
  let at = offset;
  while (at + ITEM_HEADER_LENGTH <= size) {
    const head = await readAt(file, at, ITEM_HEADER_LENGTH);
    const tag = head.readUInt16LE(0) * 0x10000 + head.readUInt16LE(2);
    const length = head.readUInt32LE(4);
    at += ITEM_HEADER_LENGTH;
    if (tag === SEQUENCE_DELIMITER) return length === 0 ? at : undefined;
    if (tag !== ITEM || length === UNDEFINED_LENGTH) return undefined;
    at += length;
  }
  return undefined;
}

/** Data Set Trailing Padding, digital signatures and the like: a chain of elements that ends with the file. */
async function checkTrailingElements(
  file: FileHandle,
  offset: number,
  size: number,
  transferSyntaxUid: string,
): Promise<PixelDataFault | undefined> {
  const syntax = transferSyntax(transferSyntaxUid);
  let at = offset;
  while (at < size) {
    const head = await readAt(file, at, 12);
    if (head.length < 8) return { kind: 'truncated', reason: 'cut off within an element' };
    const [headLength, length] = elementLength(head, {
      explicitVr: syntax?.explicitVr !== false,
      bigEndian: syntax?.bigEndian === true,
    });
    // A sequence of undefined length: its items are not walked, its end cannot be known without them.
    if (length === UNDEFINED_LENGTH) return undefined;
    at += headLength + length;
  }
  return at === size ? undefined : { kind: 'truncated', reason: 'cut off within an element' };
}

function elementLength(
  head: Buffer,
  { explicitVr, bigEndian }: { explicitVr: boolean; bigEndian: boolean },
): readonly [headLength: number, length: number] {
  const long = (at: number) => (bigEndian ? head.readUInt32BE(at) : head.readUInt32LE(at));
  if (!explicitVr) return [8, long(4)];
  if (LONG_LENGTH_VRS.test(head.toString('latin1', 4, 6))) {
    return [12, head.length < 12 ? UNDEFINED_LENGTH - 1 : long(8)];
  }
  return [8, bigEndian ? head.readUInt16BE(6) : head.readUInt16LE(6)];
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
