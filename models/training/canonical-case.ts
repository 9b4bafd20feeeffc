import type { CanonicalScan } from '../../src/inference/canonical-grid.js';
import type { IntensityNormalisation } from '../../src/inference/manifest.js';

/** Columns of the exported grid: 6 mm about the middle of the scan, all that the en-face grid covers. */
export const COLUMNS = 256;

type Clip = IntensityNormalisation['clip'];

/** What stands where a scan is narrower than the grid. */
export function zeroIntensity([low, high]: Clip): number {
  return Math.round(((0 - low) / (high - low)) * 255);
}

/** Intensities as training stores them: value / 255 over the range to which the contract cuts them. */
export function asBytes({ intensities }: CanonicalScan, [low, high]: Clip): Uint8Array {
  return Uint8Array.from(intensities, (value) => Math.round(((value - low) / (high - low)) * 255));
}

/** Intensity of each byte that `asBytes` writes. */
export function intensityOfByte([low, high]: Clip): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => low + (byte / 255) * (high - low));
}

/** The middle COLUMNS of a scan; a narrower one is filled up on both sides. */
export function middleColumns(
  values: Uint8Array,
  { placement }: CanonicalScan,
  fill: number,
): Uint8Array {
  const { frames, rows, columns } = placement;
  if (columns === COLUMNS) return values;
  const lines = frames * rows;
  const result = new Uint8Array(lines * COLUMNS).fill(fill);
  const skipped = Math.max(0, (columns - COLUMNS) >> 1);
  const start = Math.max(0, (COLUMNS - columns) >> 1);
  for (let line = 0; line < lines; line++) {
    const from = line * columns + skipped;
    result.set(values.subarray(from, from + Math.min(columns, COLUMNS)), line * COLUMNS + start);
  }
  return result;
}
