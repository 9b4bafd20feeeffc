import { open } from 'node:fs/promises';
import { readRange } from '../../dicom/encapsulated-frames.js';
import type { Part10Header } from '../../dicom/part10.js';
import { transferSyntax } from '../../dicom/uids.js';
import type { NotAssessedReason } from '../../values/not-assessed-reason.js';
import { codecOf } from './codecs.js';
import { readEncapsulatedPixels } from './encapsulated-pixels.js';
import { readNativePixels } from './native-pixels.js';
import { unreadable } from './pixels-result.js';

/**
 * Some frames (numbers from 1, all of them within Number of Frames) of a stored file, each as the little-endian bytes of
 * native pixels. Where one bit is a pixel, each frame begins at the first bit of its first byte.
 */
export async function readFrames(
  path: string,
  header: Part10Header,
  numbers: readonly number[],
): Promise<{ readonly frames: readonly Uint8Array[] } | { readonly reason: NotAssessedReason }> {
  const { pixelData, transferSyntaxUid, dataSet } = header;
  const syntax = transferSyntax(transferSyntaxUid);
  if (pixelData === undefined || syntax === undefined)
    return unreadable('the object has no pixels, or in a form that is not known');
  const bits = bitsOfFrame(dataSet);
  const places = numbers.map((number) => (number - 1) * bits);
  if (syntax.encapsulated) {
    const codec = codecOf(syntax.uid);
    if (codec === undefined) return unreadable(`there is no decoder for ${syntax.name}`);
    const result = await readEncapsulatedPixels(path, header, codec, numbers);
    if ('reason' in result) return result;
    return { frames: numbers.map((_, i) => bitRange(result.pixels, i * bits, bits)) };
  }
  if (syntax.deflated || syntax.bigEndian) {
    const result = await readNativePixels(path, header, syntax);
    if ('reason' in result) return result;
    return { frames: places.map((place) => bitRange(result.pixels, place, bits)) };
  }
  const file = await open(path, 'r');
  try {
    const frames = [];
    for (const place of places) {
      const first = Math.floor(place / 8);
      const length = Math.ceil((place + bits) / 8) - first;
      const bytes = await readRange(file, { offset: pixelData.offset + first, length });
      if (bytes.length < length) return unreadable('the pixel data are cut off');
      frames.push(bitRange(bytes, place % 8, bits));
    }
    return { frames };
  } finally {
    await file.close();
  }
}

function bitsOfFrame(dataSet: Part10Header['dataSet']): number {
  const [rows = 0, columns = 0, bits = 0] = (['Rows', 'Columns', 'BitsAllocated'] as const).map(
    (keyword) => dataSet.number(keyword),
  );
  // 4:2:2 stores two chrominance samples for two pixels (PS3.3 C.7.6.3.1.2).
  const subsampled = dataSet.text('PhotometricInterpretation') === 'YBR_FULL_422';
  return rows * columns * bits * (subsampled ? 2 : (dataSet.number('SamplesPerPixel') ?? 1));
}

/** `length` bits from bit `from` on; PS3.5 8.1.1 counts bits of a byte from the least significant one. */
function bitRange(bytes: Uint8Array, from: number, length: number): Uint8Array {
  const first = Math.floor(from / 8);
  const shift = from % 8;
  const size = Math.ceil(length / 8);
  if (shift === 0 && length % 8 === 0) return bytes.subarray(first, first + size);
  const moved = new Uint8Array(size);
  for (let i = 0; i < size; i += 1) {
    moved[i] = (bytes[first + i]! >>> shift) | ((bytes[first + i + 1] ?? 0) << (8 - shift));
  }
  const rest = length % 8;
  if (rest > 0) moved[size - 1]! &= (1 << rest) - 1;
  return moved;
}
