/** Why RLE bytes cannot be decoded, in words without patient data; callers turn it into an error of their own. */
export class RleError extends Error {}

const HEADER_LENGTH = 64;
const LONGEST_RUN = 128;

/**
 * One frame of one sample a pixel as RLE (PS3.5 G): a segment for each byte of the sample, the most significant first,
 * each row encoded by itself. `frame` is rows × columns samples, little endian.
 */
export function encodeRle(frame: Uint8Array, columns: number, bytesPerSample: 1 | 2): Uint8Array {
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUInt32LE(bytesPerSample, 0);
  const segments: Uint8Array[] = [];
  let offset = HEADER_LENGTH;
  for (let segment = 0; segment < bytesPerSample; segment++) {
    header.writeUInt32LE(offset, 4 + 4 * segment);
    const bytes = encodeSegment(
      bytesOf(frame, bytesPerSample - 1 - segment, bytesPerSample),
      columns,
    );
    segments.push(bytes);
    offset += bytes.length;
  }
  return Buffer.concat([header, ...segments]);
}

function bytesOf(frame: Uint8Array, first: number, step: number): Uint8Array {
  if (step === 1) return frame;
  return Uint8Array.from({ length: frame.length / step }, (_, i) => frame[first + i * step]!);
}

/** PackBits (PS3.5 G.3.1), padded to an even length. */
function encodeSegment(bytes: Uint8Array, columns: number): Uint8Array {
  const rows = bytes.length / columns;
  const output = new Uint8Array(rows * (columns + Math.ceil(columns / LONGEST_RUN)) + 1);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * columns;
    let at = row * columns;
    let literal = at;
    const flush = (): void => {
      while (literal < at) {
        const count = Math.min(LONGEST_RUN, at - literal);
        output[to++] = count - 1;
        output.set(bytes.subarray(literal, literal + count), to);
        to += count;
        literal += count;
      }
    };
    while (at < end) {
      let run = 1;
      while (run < LONGEST_RUN && at + run < end && bytes[at + run] === bytes[at]) run++;
      if (run < 3) {
        at += run;
        continue;
      }
      flush();
      output[to++] = 257 - run;
      output[to++] = bytes[at]!;
      at += run;
      literal = at;
    }
    flush();
  }
  return output.subarray(0, to + (to % 2));
}

/**
 * Decodes an RLE frame (PS3.5 G) of one sample per pixel: one segment for each byte of the sample, the most significant
 * first. Returns the samples little endian. Throws RleError where a segment yields fewer or more bytes than pixels.
 */
export function decodeRle(bytes: Uint8Array, pixels: number, bytesPerSample: 1 | 2): Uint8Array {
  if (bytes.length < HEADER_LENGTH) throw new RleError('the RLE header is cut off');
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_LENGTH);
  const segments = header.getUint32(0, true);
  if (segments !== bytesPerSample)
    throw new RleError(
      `the RLE header names ${String(segments)} segments, expected ${String(bytesPerSample)}`,
    );
  const output = new Uint8Array(pixels * bytesPerSample);
  for (let segment = 0; segment < segments; segment++) {
    const from = header.getUint32(4 + 4 * segment, true);
    const to = segment + 1 < segments ? header.getUint32(8 + 4 * segment, true) : bytes.length;
    if (from < HEADER_LENGTH || to < from || to > bytes.length)
      throw new RleError('the RLE segments do not lie in the frame');
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
    if (control === undefined) throw new RleError('an RLE segment is cut off');
    if (control === 128) continue;
    const literal = control < 128;
    const count = literal ? control + 1 : 257 - control;
    const length = literal ? count : 1;
    if (at + length > input.length) throw new RleError('an RLE segment is cut off');
    if (to + (count - 1) * step >= output.length)
      throw new RleError('an RLE segment has more pixels than the frame');
    if (step === 1) {
      // A label map is mostly long runs: filled at once they cost a tenth.
      if (literal) output.set(input.subarray(at, at + count), to);
      else output.fill(input[at]!, to, to + count);
      to += count;
    } else {
      for (let i = 0; i < count; i++, to += step) output[to] = input[literal ? at + i : at]!;
    }
    at += length;
  }
  // A byte of padding may follow, but no further run (PS3.5 G.3.1).
  if (input.length - at > 1) throw new RleError('an RLE segment has more pixels than the frame');
}
