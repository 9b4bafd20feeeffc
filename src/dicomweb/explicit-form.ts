import { DataSet } from '../dicom/data-set.js';
import { DicomError } from '../dicom/errors.js';
import { encodePart10, readPart10Header } from '../dicom/part10.js';
import { TRANSFER_SYNTAXES, transferSyntax } from '../dicom/uids.js';
import { HttpProblem } from '../http/problem.js';
import { fileBytes } from './multipart-writer.js';
import type { RetrievePort, StoredObject } from './ports.js';

const EXPLICIT = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
/** What stands between header and pixels: tag and VR OW with its reserved bytes, then 32 bits of length. */
const PIXEL_DATA_HEADER = Buffer.from('e07f10004f57000000000000', 'hex');

/**
 * An object as a Part 10 file in Explicit VR Little Endian, the transfer syntax that every client reads (PS3.18 8.7.3.5),
 * whatever it is stored in: text in UTF-8, pixels decoded. Nothing is put right on the way, so what may not be written
 * (PS3.5 6.2) can only be given as it is stored. What stood behind the pixels is not kept.
 *
 * @throws HttpProblem OCT_HTTP_NOT_ACCEPTABLE where it cannot be had.
 */
export async function explicitForm(
  { path, transferSyntaxUid }: StoredObject,
  port: RetrievePort,
): Promise<AsyncIterable<Uint8Array> | Uint8Array> {
  if (transferSyntaxUid === EXPLICIT) return fileBytes(path);
  const header = await readPart10Header(path);
  const { pixelData } = header;
  if (pixelData !== undefined && pixelData.tag !== 0x7fe00010)
    onlyAsStored('its pixels are floating-point numbers');
  const start = encodedHeader(header.dataSet);
  if (pixelData === undefined) return start;

  const { offset, length } = pixelData;
  const syntax = transferSyntax(transferSyntaxUid);
  if (length !== 'undefined' && syntax?.bigEndian !== true && syntax?.deflated !== true) {
    return joined(start, length, fileBytes(path, { offset, length }));
  }
  const count = header.dataSet.number('NumberOfFrames') ?? 1;
  const result = await port.readFrames(
    path,
    header,
    Array.from({ length: count }, (_, i) => i + 1),
  );
  if ('defect' in result) return onlyAsStored(result.defect);
  const size = result.frames.reduce((sum, frame) => sum + frame.length, 0);
  if (size >= 0xffffffff) onlyAsStored('its pixels pass 4 GiB');
  return joined(start, size, result.frames);
}

async function* joined(
  start: Uint8Array,
  length: number,
  pixels: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  const head = Buffer.from(PIXEL_DATA_HEADER);
  head.writeUInt32LE(length + (length % 2), 8);
  yield start;
  yield head;
  yield* pixels;
  if (length % 2 === 1) yield Uint8Array.of(0);
}

/** File Meta Information and all elements before the pixels. */
function encodedHeader(dataSet: DataSet): Uint8Array {
  const header = new DataSet();
  for (const element of dataSet.elements()) header.setElement(element);
  if (header.has('SpecificCharacterSet')) header.set('SpecificCharacterSet', 'ISO_IR 192');
  // Offsets of fragments that are no more.
  header.delete('ExtendedOffsetTable');
  header.delete('ExtendedOffsetTableLengths');
  try {
    return encodePart10(header, EXPLICIT);
  } catch (error) {
    if (error instanceof DicomError) onlyAsStored(error.message);
    throw error;
  }
}

function onlyAsStored(why: string): never {
  throw new HttpProblem(
    'OCT_HTTP_NOT_ACCEPTABLE',
    `The object can only be given as it is stored (transfer-syntax=*): ${why}.`,
  );
}
