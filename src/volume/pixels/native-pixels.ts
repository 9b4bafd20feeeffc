import { open } from 'node:fs/promises';
import { readRange } from '../../dicom/encapsulated-frames.js';
import { inflateDataSet } from '../../dicom/inflate.js';
import type { Part10Header } from '../../dicom/part10.js';
import type { TRANSFER_SYNTAXES } from '../../dicom/uids.js';
import { unreadable, type PixelsResult } from './pixels-result.js';

type TransferSyntax = (typeof TRANSFER_SYNTAXES)[keyof typeof TRANSFER_SYNTAXES];

/**
 * The value of a native Pixel Data of a stored file as little-endian bytes. Throws DicomError where a deflated data set
 * is damaged, and the file system's errors.
 */
export async function readNativePixels(
  path: string,
  { pixelData, dataSetOffset }: Part10Header,
  syntax: Pick<TransferSyntax, 'deflated' | 'bigEndian'>,
): Promise<PixelsResult> {
  if (pixelData === undefined || pixelData.length === 'undefined')
    return unreadable('Pixel Data have no length');
  const { offset, length, vr } = pixelData;
  const file = await open(path, 'r');
  try {
    if (syntax.deflated) {
      const { size } = await file.stat();
      const deflated = await readRange(file, {
        offset: dataSetOffset,
        length: size - dataSetOffset,
      });
      const dataSet = await inflateDataSet(deflated);
      if (dataSet.length < offset + length) return unreadable('the pixel data are cut off');
      return { pixels: dataSet.subarray(offset, offset + length) };
    }
    const pixels = await readRange(file, { offset, length });
    if (pixels.length < length) return unreadable('the pixel data are cut off');
    // PS3.5 7.3: in big endian the two bytes of an OW are swapped, also where they are two 8-bit samples.
    if (syntax.bigEndian && vr === 'OW' && length % 2 === 0) pixels.swap16();
    return { pixels };
  } finally {
    await file.close();
  }
}
