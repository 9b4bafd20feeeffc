import type { Segment } from '../segments.js';

/**
 * The bits of a binary segmentation: one bit a pixel, least significant first, frames joined without padding between
 * them (PS3.5 8.1.1), segment after segment. `tissueMap` is frames × rows × columns; `size` is rows × columns.
 */
export function packFrames(
  tissueMap: Uint8Array,
  size: number,
  segments: readonly Segment[],
): Uint8Array {
  const frameCount = segments.reduce((sum, { frames }) => sum + frames.length, 0);
  const bytes = Math.ceil((frameCount * size) / 8);
  const packed = new Uint8Array(bytes + (bytes % 2));
  let written = 0;
  for (const { label, frames } of segments) {
    for (const frame of frames) {
      packFrame(tissueMap.subarray(frame * size, (frame + 1) * size), label, packed, written);
      written += size;
    }
  }
  return packed;
}

function packFrame(map: Uint8Array, label: number, packed: Uint8Array, firstBit: number): void {
  // Beyond 2³¹ bits a shift would overflow: split once here, shift only within the frame.
  const bits = packed.subarray(Math.floor(firstBit / 8));
  const offset = firstBit % 8;
  const first = map.indexOf(label);
  if (first < 0) return;
  const end = map.lastIndexOf(label) + 1;
  for (let pixel = first; pixel < end;) {
    const bit = offset + pixel;
    if ((bit & 7) === 0 && pixel + 8 <= map.length) {
      bits[bit >>> 3] = eightPixels(map, pixel, label);
      pixel += 8;
    } else {
      if (map[pixel] === label) bits[bit >>> 3] = bits[bit >>> 3]! | (1 << (bit & 7));
      pixel += 1;
    }
  }
}

/** Written out: a loop of eight costs three times as much, over 400 million pixels. */
function eightPixels(map: Uint8Array, at: number, label: number): number {
  return (
    (map[at] === label ? 1 : 0) |
    (map[at + 1] === label ? 2 : 0) |
    (map[at + 2] === label ? 4 : 0) |
    (map[at + 3] === label ? 8 : 0) |
    (map[at + 4] === label ? 16 : 0) |
    (map[at + 5] === label ? 32 : 0) |
    (map[at + 6] === label ? 64 : 0) |
    (map[at + 7] === label ? 128 : 0)
  );
}

/** Is frame `index` of the packed bits exactly the voxels of `label` in this frame of a tissue map? */
export function isPackedFrame(
  packed: Uint8Array,
  index: number,
  map: Uint8Array,
  label: number,
): boolean {
  const firstBit = index * map.length;
  const bits = packed.subarray(Math.floor(firstBit / 8));
  const offset = firstBit % 8;
  for (let pixel = 0; pixel < map.length;) {
    const bit = offset + pixel;
    if ((bit & 7) === 0 && pixel + 8 <= map.length) {
      if (bits[bit >>> 3] !== eightPixels(map, pixel, label)) return false;
      pixel += 8;
    } else {
      const set = ((bits[bit >>> 3]! >>> (bit & 7)) & 1) === 1;
      if (set !== (map[pixel] === label)) return false;
      pixel += 1;
    }
  }
  return true;
}

/** How many pixels of frame `index` are set; `size` is rows × columns. */
export function countFrame(packed: Uint8Array, index: number, size: number): number {
  const bits = packed.subarray(Math.floor((index * size) / 8));
  const offset = (index * size) % 8;
  const end = offset + size;
  let count = 0;
  for (let bit = offset; bit < end;) {
    const byte = bits[bit >>> 3]!;
    if ((bit & 7) === 0 && bit + 8 <= end) {
      count += BITS_SET[byte]!;
      bit += 8;
    } else {
      count += (byte >>> (bit & 7)) & 1;
      bit += 1;
    }
  }
  return count;
}

const BITS_SET = Uint8Array.from({ length: 256 }, (_, byte) => {
  let bits = 0;
  for (let rest = byte; rest > 0; rest >>>= 1) bits += rest & 1;
  return bits;
});
