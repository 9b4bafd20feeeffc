import type { FileHandle } from 'node:fs/promises';
import type { DataSet } from './data-set.js';
import type { Part10Header } from './part10.js';

/** A stretch of the file. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** `frames[i]` are the fragments that together are frame i + 1, in order. */
export type EncapsulatedFrames =
  { readonly frames: readonly (readonly ByteRange[])[] } | { readonly defect: string };

const ITEM = 0xfffee000;
const SEQUENCE_DELIMITER = 0xfffee0dd;
const UNDEFINED_LENGTH = 0xffffffff;
const ITEM_HEADER_LENGTH = 8;
/** Headers of fragments are read in pieces of this size where fragments are short. */
const WINDOW = 64 * 1024;

/**
 * Where each frame of an encapsulated Pixel Data lies (PS3.5 A.4), without reading the frames. `startsFrame` tells from
 * a fragment's first four bytes whether a codestream begins there.
 *
 * As many fragments as frames can only be one each, whatever a table says. Otherwise the Extended Offset Table or the
 * Basic Offset Table groups them, and where both are absent the beginnings of codestreams do. A table that does not
 * point to fragments is a defect, not a hint. The last frame may be cut off: its fragments are then fewer or none.
 */
export async function locateFrames(
  file: FileHandle,
  { dataSet, pixelData }: Part10Header,
  startsFrame: (start: Uint8Array) => boolean,
): Promise<EncapsulatedFrames> {
  if (pixelData?.length !== 'undefined') return { defect: 'Pixel Data are not in fragments' };
  const count = dataSet.number('NumberOfFrames') ?? 1;
  const { size } = await file.stat();
  const items = await readItems(file, pixelData.offset, size);
  if ('defect' in items) return items;
  const { table, fragments } = items;
  if (fragments.length < count) {
    const missing = String(fragments.length + 1);
    return {
      defect: `frame ${missing}: missing, Pixel Data have ${String(fragments.length)} fragments for ${String(count)} frames`,
    };
  }
  if (count === 1) return { frames: [fragments.map(({ range }) => range)] };
  if (fragments.length === count) return { frames: fragments.map(({ range }) => [range]) };

  const offsets = extendedOffsets(dataSet) ?? basicOffsets(await readRange(file, table));
  const firstHeader = table.offset + table.length;
  const starts =
    offsets === undefined
      ? fragments.flatMap(({ start }, i) => (startsFrame(start) ? [i] : []))
      : offsets.map((offset) =>
          fragments.findIndex(
            ({ range }) => range.offset - ITEM_HEADER_LENGTH === firstHeader + offset,
          ),
        );
  const ascending = starts.every((start, i) => start > (starts[i - 1] ?? -1));
  if (starts.length !== count || starts[0] !== 0 || !ascending) {
    return {
      defect:
        offsets === undefined
          ? `${String(fragments.length)} fragments without offset table begin ${String(starts.length)} frames, ${String(count)} are announced`
          : 'the offset table does not point to the first fragment of each frame',
    };
  }
  return {
    frames: starts.map((start, i) =>
      fragments.slice(start, starts[i + 1]).map(({ range }) => range),
    ),
  };
}

interface Fragment {
  readonly range: ByteRange;
  readonly start: Uint8Array;
}

type Items =
  | { readonly table: ByteRange; readonly fragments: readonly Fragment[] }
  | { readonly defect: string };

/** The items up to the sequence delimiter: the Basic Offset Table, then the fragments. */
async function readItems(file: FileHandle, offset: number, size: number): Promise<Items> {
  const fragments: Fragment[] = [];
  let table: ByteRange | undefined;
  let window = Buffer.alloc(0);
  let windowAt = offset;
  let at = offset;
  for (;;) {
    // Item header and the first four bytes of the fragment.
    if (at < windowAt || at + ITEM_HEADER_LENGTH + 4 > windowAt + window.length) {
      window = await readRange(file, { offset: at, length: Math.min(WINDOW, size - at) });
      windowAt = at;
    }
    const head = window.subarray(at - windowAt);
    if (head.length < ITEM_HEADER_LENGTH) return { defect: 'Pixel Data are cut off' };
    const tag = head.readUInt16LE(0) * 0x10000 + head.readUInt16LE(2);
    const length = head.readUInt32LE(4);
    if (tag === SEQUENCE_DELIMITER) break;
    const range = { offset: at + ITEM_HEADER_LENGTH, length };
    if (tag !== ITEM || length === UNDEFINED_LENGTH || range.offset + length > size) {
      const which =
        table === undefined ? 'offset table' : `fragment ${String(fragments.length + 1)}`;
      return { defect: `the ${which} of Pixel Data is damaged or cut off` };
    }
    const start = Uint8Array.from(head.subarray(ITEM_HEADER_LENGTH, ITEM_HEADER_LENGTH + 4));
    if (table === undefined) table = range;
    else fragments.push({ range, start });
    at = range.offset + length;
  }
  return table === undefined ? { defect: 'Pixel Data have no fragments' } : { table, fragments };
}

/** PS3.5 A.4: offsets of 32 bit from the first byte after the Basic Offset Table. */
function basicOffsets(table: Buffer): readonly number[] | undefined {
  if (table.length === 0) return undefined;
  return Array.from({ length: table.length >> 2 }, (_, i) => table.readUInt32LE(4 * i));
}

/** PS3.3 C.7.6.3.1.8: offsets of 64 bit; the Basic Offset Table is then empty. */
function extendedOffsets(dataSet: DataSet): readonly number[] | undefined {
  const value = dataSet.bytes('ExtendedOffsetTable');
  if (value === undefined || value.length === 0) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: value.length >> 3 }, (_, i) =>
    Number(view.getBigUint64(8 * i, true)),
  );
}

/** The bytes of a stretch of a file; fewer where the file ends before. */
export async function readRange(
  file: FileHandle,
  { offset, length }: ByteRange,
): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
