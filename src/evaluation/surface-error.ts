import { SURFACES, type SurfaceName } from '../results/height-map/codes.js';
import { NOT_FOUND, surfaceHeights } from '../results/height-map/surfaces.js';
import { sourceOrder } from '../results/segments.js';
import type { OctVolume } from '../values/oct-volume.js';
import { TRUTH_LABELS, type ScanTruth } from './truth.js';

/** How far a surface that was found lies from where it is, over the A-scans of one scan. */
export interface SurfaceError {
  readonly surface: SurfaceName;
  /** A-scans in which the truth has the surface. */
  readonly truth: number;
  /** Of these, A-scans in which it was found; the sums are over them. */
  readonly found: number;
  readonly axialUm: number;
  /** Sum of |found − truth|, µm. */
  readonly absoluteUm: number;
  /** Sum of found − truth, µm: positive is too deep. */
  readonly signedUm: number;
  /** Sum of the squares, in rows of the scan. */
  readonly squaredRows: number;
}

/** For every surface that the truth shows; a surface is the upper edge of its classes (decision 51). */
export function surfaceErrors(
  tissueMap: Uint8Array,
  truth: ScanTruth,
  volume: OctVolume,
): readonly SurfaceError[] {
  const drawn = new Map<SurfaceName, Float32Array>();
  const { segmentation } = truth;
  if (segmentation !== undefined) {
    const { classes, labels } = segmentation;
    const complete = SURFACES.filter(({ firstOf }) => firstOf.every((t) => classes.includes(t)));
    for (const { name, heights } of surfaceHeights(labels, volume)) {
      if (!complete.some((surface) => surface.name === name)) continue;
      drawn.set(name, withoutUnseen(heights, labels, volume));
    }
  }
  for (const { name, heights } of truth.surfaces ?? []) drawn.set(name, heights);
  if (drawn.size === 0) return [];
  const found = new Map(surfaceHeights(tissueMap, volume).map((one) => [one.name, one.heights]));
  return [...drawn].map(([name, heights]) =>
    compare(name, heights, found.get(name), volume.spacing.axial * 1000),
  );
}

function compare(
  surface: SurfaceName,
  truth: Float32Array,
  found: Float32Array | undefined,
  axialUm: number,
): SurfaceError {
  const sums = { truth: 0, found: 0, absoluteUm: 0, signedUm: 0, squaredRows: 0 };
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] === NOT_FOUND) continue;
    sums.truth++;
    const height = found?.[i] ?? NOT_FOUND;
    if (height === NOT_FOUND) continue;
    const rows = height - truth[i]!;
    sums.found++;
    sums.absoluteUm += Math.abs(rows) * axialUm;
    sums.signedUm += rows * axialUm;
    sums.squaredRows += rows * rows;
  }
  return { surface, axialUm, ...sums };
}

/** A surface under rows that nobody looked at may begin there. */
function withoutUnseen(heights: Float32Array, labels: Uint8Array, volume: OctVolume): Float32Array {
  const { rows, columns } = volume;
  const order = sourceOrder(volume);
  return heights.map((height, i) => {
    if (height <= 0) return NOT_FOUND;
    const frame = order[Math.floor(i / columns)]!;
    const above = (frame * rows + height - 1) * columns + (i % columns);
    return labels[above] === TRUTH_LABELS.notAnnotated ? NOT_FOUND : height;
  });
}
