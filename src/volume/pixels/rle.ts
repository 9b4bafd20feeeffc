import { FrameError } from './frame-error.js';

const HEADER_LENGTH = 64;

/**
 * Decodes an RLE frame (PS3.5 G) of one sample per pixel: one segment for each byte of the sample, the most significant
 * first. Returns the samples little endian. Throws FrameError where a segment yields fewer or more bytes than pixels.
 */
export function decodeRle(bytes: Uint8Array, pixels: number, bytesPerSample: 1 | 2): Uint8Array {
  if (bytes.length < HEADER_LENGTH) throw new FrameError('the RLE header is cut off');
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_LENGTH);
  const segments = header.getUint32(0, true);
  if (segments !== bytesPerSample)
    throw new FrameError(
      `the RLE header names ${String(segments)} segments, expected ${String(bytesPerSample)}`,
    );
  const output = new Uint8Array(pixels * bytesPerSample);
  for (let segment = 0; segment < segments; segment++) {
    const from = header.getUint32(4 + 4 * segment, true);
    const to = segment + 1 < segments ? header.getUint32(8 + 4 * segment, true) : bytes.length;
    if (from < HEADER_LENGTH || to < from || to > bytes.length)
      throw new FrameError('the RLE segments do not lie in the frame');
    decodeSegment(bytes.subarray(from, to), output, bytesPerSample - 1 - segment, bytesPerSample);
  }
  return output;
}

/** PackBits (PS3.5 G.3.2) into every `step`-th byte. */
function decodeSegment(input: Uint8Array, output: Uint8Array, first: number, step: number): void {
  let to = first;
  let at = 0;
  while (to < output.length) {
    const control = input[at++];
    if (control === undefined) throw new FrameError('an RLE segment is cut off');
    if (control === 128) continue;
    const literal = control < 128;
    const count = literal ? control + 1 : 257 - control;
    const length = literal ? count : 1;
    if (at + length > input.length) throw new FrameError('an RLE segment is cut off');
    if (to + (count - 1) * step >= output.length)
      throw new FrameError('an RLE segment has more pixels than the frame');
    for (let i = 0; i < count; i++, to += step) output[to] = input[literal ? at + i : at]!;
    at += length;
  }
  // A byte of padding may follow, but no further run (PS3.5 G.3.1).
  if (input.length - at > 1) throw new FrameError('an RLE segment has more pixels than the frame');
}
