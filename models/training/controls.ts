import { Random } from '../../fixtures/phantom/random.js';
import type { OctVolume } from '../../src/values/oct-volume.js';

/** Scans that no network of ours should read: what the check for unlike scans must catch. */
export const CONTROLS = ['inverted', 'upside-down', 'noise', 'smooth', 'transposed'] as const;
export type Control = (typeof CONTROLS)[number];

/** A scan made unlike any scan of a macula. Same matrix. */
export function spoil(volume: OctVolume, control: Control, seed: number): OctVolume {
  const { rows, columns, voxels } = volume;
  const random = new Random(seed, 'control');
  const size = rows * columns;
  const result = voxels.map((value, i) => {
    const frame = Math.floor(i / size);
    const row = Math.floor(i / columns) % rows;
    const column = i % columns;
    switch (control) {
      case 'inverted':
        return 255 - value;
      case 'upside-down':
        return voxels[frame * size + (rows - 1 - row) * columns + column]!;
      case 'noise':
        return random.integer(10, 200);
      case 'smooth':
        return 40 + Math.round(60 * (1 + Math.sin(row / 37 + column / 53)));
      case 'transposed':
        return voxels[
          frame * size +
            Math.floor((column * rows) / columns) * columns +
            Math.floor((row * columns) / rows)
        ]!;
    }
  });
  return { ...volume, voxels: result };
}
