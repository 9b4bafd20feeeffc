import type { OctVolume } from '../values/oct-volume.js';

/** Tissue is averaged over blocks of about this size: speckle is gone, layers of the retina are not. */
const BLOCK = { axial: 0.02, lateral: 0.1 } as const;

/** A volume averaged over blocks along and across its B-scans. */
export interface Blocks {
  readonly frames: number;
  readonly down: number;
  readonly across: number;
  /** mm: size of a block. */
  readonly height: number;
  readonly width: number;
  /** frames × down × across. */
  readonly means: Float32Array;
}

/** Means of all whole blocks of the chosen B-scans (from 0; all by default); `size` in mm. */
export function blockMeans(
  { frames, rows, columns, voxels, spacing }: OctVolume,
  size: { readonly axial: number; readonly lateral: number } = BLOCK,
  chosen: readonly number[] = Array.from({ length: frames }, (_, frame) => frame),
): Blocks {
  const high = Math.max(1, Math.round(size.axial / spacing.axial));
  const wide = Math.max(1, Math.round(size.lateral / spacing.lateral));
  const [down, across] = [Math.floor(rows / high), Math.floor(columns / wide)];
  const means = new Float32Array(chosen.length * down * across);
  chosen.forEach((frame, line) => {
    for (let row = 0; row < down * high; row++) {
      let at = (frame * rows + row) * columns;
      const block = (line * down + Math.floor(row / high)) * across;
      for (let x = 0; x < across; x++) {
        let sum = 0;
        for (const end = at + wide; at < end; at++) sum += voxels[at]!;
        means[block + x]! += sum / (high * wide);
      }
    }
  });
  return {
    frames: chosen.length,
    down,
    across,
    height: high * spacing.axial,
    width: wide * spacing.lateral,
    means,
  };
}

/** The value below which a share (0 to 1) of sorted values lies; 0 of nothing. */
export function percentile(sorted: Float32Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
