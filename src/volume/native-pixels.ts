import { open } from 'node:fs/promises';
import { inflateDataSet } from '../dicom/inflate.js';
import type { Part10Header } from '../dicom/part10.js';
import { transferSyntax } from '../dicom/uids.js';
import type { NotAssessedReason } from '../values/not-assessed-reason.js';

export type PixelsResult = { readonly pixels: Uint8Array } | { readonly reason: NotAssessedReason };

/**
 * The value of Pixel Data of a stored file as little-endian bytes. Native and deflated forms only; what is encapsulated
 * is named and refused. Throws DicomError where a deflated data set is damaged, and the file system's errors.
 */
export async function readNativePixels(path: string, header: Part10Header): Promise<PixelsResult> {
  const { pixelData, transferSyntaxUid, dataSetOffset } = header;
  const syntax = transferSyntax(transferSyntaxUid);
  if (pixelData === undefined) return unreadable('the object has no Pixel Data');
  if (syntax === undefined || syntax.encapsulated || pixelData.length === 'undefined') {
    const name = syntax === undefined ? `transfer syntax ${transferSyntaxUid}` : syntax.name;
    return unreadable(`pixels are compressed as ${name}, for which this node has no decoder`);
  }
  const { offset, length, vr } = pixelData;
  const file = await open(path, 'r');
  try {
    if (syntax.deflated) {
      const { size } = await file.stat();
      const dataSet = await inflateDataSet(
        await readRange(file, dataSetOffset, size - dataSetOffset),
      );
      if (dataSet.length < offset + length) return unreadable('the pixel data are cut off');
      return { pixels: dataSet.subarray(offset, offset + length) };
    }
    const pixels = await readRange(file, offset, length);
    if (pixels.length < length) return unreadable('the pixel data are cut off');
    // PS3.5 7.3: in big endian the two bytes of an OW are swapped, also where they are two 8-bit samples.
    if (syntax.bigEndian && vr === 'OW' && length % 2 === 0) pixels.swap16();
    return { pixels };
  } finally {
    await file.close();
  }
}

async function readRange(
  file: Awaited<ReturnType<typeof open>>,
  position: number,
  length: number,
): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function unreadable(detail: string): PixelsResult {
  return { reason: { name: 'PIXELS_NOT_READABLE', detail } };
}
