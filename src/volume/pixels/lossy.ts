import type { Codec } from './codecs.js';

/** That the pixels lost something, by a method of PS3.3 C.7.6.1.1.5.1; decoded size against encoded size. */
export interface LossyCompression {
  readonly method: 'ISO_10918_1' | 'ISO_14495_1' | 'ISO_15444_1' | 'ISO_15444_15';
  readonly ratio: number;
}

/**
 * By which method a codestream loses something, as its own header says; `undefined` for a lossless one. Lossless are
 * RLE, the lossless process of JPEG (SOF3), JPEG-LS with NEAR 0, and the reversible wavelet of JPEG 2000. What an
 * encoder left out of a reversible JPEG 2000 codestream does not show in it: there the data set alone can say it.
 */
export function lossyMethod(
  { family }: Codec,
  codestream: Uint8Array,
): LossyCompression['method'] | undefined {
  const { buffer, byteOffset, byteLength } = codestream;
  const view = Buffer.from(buffer, byteOffset, byteLength);
  for (const { marker, at } of markerSegments(view)) {
    if (family === 'jpeg' && LOSSY_START_OF_FRAME.has(marker)) return 'ISO_10918_1';
    // ISO 14495-1 C.2.3: Ls, Ns, two bytes a component, NEAR.
    if (family === 'jpeg-ls' && marker === START_OF_SCAN)
      return view.readUInt8(at + 5 + 2 * view.readUInt8(at + 4)) > 0 ? 'ISO_14495_1' : undefined;
    // ISO 15444-1 A.6.1: the wavelet is the last byte of the fixed part; 0 is the irreversible one.
    if ((family === 'jpeg-2000' || family === 'htj2k') && marker === CODING_STYLE)
      return view.readUInt8(at + 13) > 0
        ? undefined
        : family === 'htj2k'
          ? 'ISO_15444_15'
          : 'ISO_15444_1';
  }
  return undefined;
}

const LOSSY_START_OF_FRAME: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
const START_OF_SCAN = 0xda;
const CODING_STYLE = 0x52;

/** The marker segments up to the coded data. JPEG, JPEG-LS and JPEG 2000 have the same form of them. */
function* markerSegments(
  view: Buffer,
): Generator<{ readonly marker: number; readonly at: number }> {
  for (let at = 2; at + 4 <= view.length && view[at] === 0xff;) {
    const marker = view.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    yield { marker, at };
    if (marker === START_OF_SCAN) return;
    at += 2 + view.readUInt16BE(at + 2);
  }
}
