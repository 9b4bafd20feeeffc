import { open, type FileHandle } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { DataSet } from '../../dicom/data-set.js';
import { locateFrames, readRange, type ByteRange } from '../../dicom/encapsulated-frames.js';
import type { Part10Header } from '../../dicom/part10.js';
import { startsCodestream, type Codec } from './codecs.js';
import type { FrameFormat } from './decode-frame.js';
import { DecoderThread } from './decoder-threads.js';
import { FrameError } from './frame-error.js';
import { lossyMethod } from './lossy.js';
import { unreadable, type PixelsResult } from './pixels-result.js';
import { compileCodecs } from './wasm-codecs.js';

/** More threads than this no reading machine has to spare beside the networks. */
const MOST_THREADS = 8;

/**
 * Decoded size against encoded size of a whole object. Speckle keeps every codec below 30; what inflates so much more
 * is a bomb or a picture of nothing (lessons.md R37). A single blank frame may well pass it.
 */
const MOST_COMPRESSION = 1000;

/**
 * The pixels of a compressed multi-frame object as the little-endian bytes of a native one. Frames are read from the
 * file one by one and decoded side by side on threads, so that beside the result only one encoded frame per thread is in
 * memory. The first defect ends it and names its frame (from 1). Throws the file system's errors.
 *
 * @param only the numbers (from 1) of the frames that are wanted, in their order; all without it
 */
export async function readEncapsulatedPixels(
  path: string,
  header: Part10Header,
  codec: Codec,
  only?: readonly number[],
): Promise<PixelsResult> {
  const format = frameFormat(header.dataSet);
  if (format === undefined)
    return unreadable('the pixels are not one unsigned MONOCHROME2 sample of 8 or 16 bit each');
  const file = await open(path, 'r');
  try {
    const located = await locateFrames(file, header, (start) => startsCodestream(codec, start));
    if ('defect' in located) return unreadable(located.defect);
    const frames = only?.map((number) => located.frames[number - 1] ?? []) ?? located.frames;
    const size = frames.length * format.rows * format.columns * (format.bitsAllocated / 8);
    const encoded = frames.flat().reduce((sum, { length }) => sum + length, 0);
    if (size > MOST_COMPRESSION * encoded)
      return unreadable(`${String(encoded)} bytes announce ${String(size)} bytes of pixels`);
    const volume = new SharedArrayBuffer(size);
    const module = await compileCodecs();
    const decoder = () => new DecoderThread({ module, codec, format, volume });
    const defect = await decodeAll(file, frames, decoder);
    if (defect !== undefined) return unreadable(defect);
    // All frames of an object come from one encoder: the first speaks for them.
    const method = lossyMethod(codec, await readFragments(file, frames[0]!));
    const lossy = method && { method, ratio: size / encoded };
    return { pixels: new Uint8Array(volume), ...(lossy && { lossy }) };
  } finally {
    await file.close();
  }
}

/** All frames, each by the first thread that is free. The defect of the lowest frame that failed, if any. */
async function decodeAll(
  file: FileHandle,
  frames: readonly (readonly ByteRange[])[],
  decoder: () => DecoderThread,
): Promise<string | undefined> {
  const threads = Math.min(MOST_THREADS, availableParallelism(), frames.length);
  let next = 0;
  const defects = new Map<number, string>();
  const work = async () => {
    const thread = decoder();
    try {
      while (next < frames.length && defects.size === 0) {
        const frame = next++;
        try {
          await thread.decode(frame, await readFragments(file, frames[frame]!));
        } catch (error) {
          if (!(error instanceof FrameError)) throw error;
          defects.set(frame, error.message);
        }
      }
    } finally {
      await thread.stop();
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  if (defects.size === 0) return undefined;
  const first = Math.min(...defects.keys());
  return `frame ${String(first + 1)}: ${defects.get(first)!}`;
}

/** The fragments of a frame as one codestream in memory of its own, which can be given to a thread. */
async function readFragments(
  file: FileHandle,
  fragments: readonly ByteRange[],
): Promise<Uint8Array<ArrayBuffer>> {
  const encoded = new Uint8Array(fragments.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const fragment of fragments) {
    const bytes = await readRange(file, fragment);
    if (bytes.length < fragment.length) throw new FrameError('cut off');
    encoded.set(bytes, at);
    at += bytes.length;
  }
  return encoded;
}

/** `undefined` where the pixels are none that an OPT may have (PS3.3 A.52.4). */
function frameFormat(dataSet: DataSet): FrameFormat | undefined {
  const rows = dataSet.number('Rows') ?? 0;
  const columns = dataSet.number('Columns') ?? 0;
  const bitsAllocated = dataSet.number('BitsAllocated');
  if (dataSet.text('PhotometricInterpretation') !== 'MONOCHROME2') return undefined;
  if ((dataSet.number('SamplesPerPixel') ?? 1) !== 1) return undefined;
  if ((dataSet.number('PixelRepresentation') ?? 0) !== 0) return undefined;
  if (rows < 1 || columns < 1 || (bitsAllocated !== 8 && bitsAllocated !== 16)) return undefined;
  return { rows, columns, bitsAllocated };
}
