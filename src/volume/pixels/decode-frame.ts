import type { Codec } from './codecs.js';
import { readCodestreamHeader } from './codestream.js';
import { FrameError } from './frame-error.js';
import { decodeRle } from './rle.js';
import type { WasmCodecs } from './wasm-codecs.js';

/** The frames as the data set describes them: MONOCHROME2, one unsigned sample per pixel. */
export interface FrameFormat {
  readonly rows: number;
  readonly columns: number;
  readonly bitsAllocated: 8 | 16;
}

/**
 * One frame as little-endian samples of Bits Allocated. What the codestream says of itself must agree with the data set
 * before it is decoded: that bounds the memory, whatever the data announce. Throws FrameError.
 */
export function decodeFrame(
  codecs: WasmCodecs,
  codec: Codec,
  encoded: Uint8Array,
  { rows, columns, bitsAllocated }: FrameFormat,
): Uint8Array {
  const pixels = rows * columns;
  const { family } = codec;
  if (family === 'rle') return decodeRle(encoded, pixels, bitsAllocated === 8 ? 1 : 2);
  const header = readCodestreamHeader(codec, encoded);
  if (header.rows !== rows || header.columns !== columns)
    throw new FrameError(
      `the codestream has ${String(header.rows)} × ${String(header.columns)} pixels, the data set ${String(rows)} × ${String(columns)}`,
    );
  if (header.samples !== 1 || header.signed)
    throw new FrameError('the codestream is not one unsigned sample per pixel');
  if (header.precision > bitsAllocated)
    throw new FrameError(
      `the codestream has ${String(header.precision)} bits per sample, the data set ${String(bitsAllocated)}`,
    );
  const decoded = codecs.decode(family, encoded, { rows, columns, precision: header.precision });
  return bitsAllocated === 16 && header.precision <= 8 ? widened(decoded) : decoded;
}

/** Samples of one byte as little-endian words. */
function widened(samples: Uint8Array): Uint8Array {
  const words = new Uint8Array(2 * samples.length);
  for (let i = 0; i < samples.length; i++) words[2 * i] = samples[i]!;
  return words;
}
