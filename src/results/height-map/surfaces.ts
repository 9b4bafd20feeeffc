import type { OctVolume } from '../../values/oct-volume.js';
import { tissueIndex, TISSUES } from '../../values/tissue.js';
import type { ResultInput } from '../result-input.js';
import { sourceOrder } from '../segments.js';
import { SURFACES, type SurfaceName } from './codes.js';

/** The height of a surface where it was not found: outside 0 to Rows, as PS3.3 C.8.20.5.1 wants it. */
export const NOT_FOUND = -1;

export interface SurfaceHeights {
  readonly name: SurfaceName;
  /**
   * Source frames (in the order of their numbers) × columns: depth in rows below the upper edge of the B-scan, so that 0
   * is that edge and the number of rows is the lower one.
   */
  readonly heights: Float32Array;
}

const ARTEFACT = TISSUES.map(({ kind }) => kind === 'artefact');

/**
 * The surfaces that a tissue map shows, those that no A-scan shows left out; empty without findings. A surface is the
 * edge above the first voxel of its classes, hence within half a row of where the labels change. What begins in the
 * first row or under an artefact has its surface elsewhere, so it is not found.
 */
export function surfacesOf({ volume, findings }: ResultInput): readonly SurfaceHeights[] {
  if (volume === undefined || findings === undefined) return [];
  return surfaceHeights(findings.tissueMap, volume);
}

/** The same of any tissue map on the volume's own grid; labels that are no class of TISSUES are passed over. */
export function surfaceHeights(
  tissueMap: Uint8Array,
  volume: Pick<OctVolume, 'frames' | 'rows' | 'columns' | 'frameNumbers'>,
): readonly SurfaceHeights[] {
  const { rows, columns } = volume;
  const order = sourceOrder(volume);
  const surfaces = SURFACES.map(({ name, firstOf }) => ({
    name,
    heights: new Float32Array(order.length * columns).fill(NOT_FOUND),
    begins: TISSUES.map((_, label) => firstOf.some((tissue) => tissueIndex(tissue) === label)),
    seen: new Uint8Array(columns),
  }));
  order.forEach((frame, line) => {
    const map = tissueMap.subarray(frame * rows * columns, (frame + 1) * rows * columns);
    for (const { heights, begins, seen } of surfaces) {
      seen.fill(0);
      let left = columns;
      for (let row = 0; row < rows && left > 0; row++) {
        for (let column = 0; column < columns; column++) {
          const at = row * columns + column;
          if (seen[column] === 1 || !begins[map[at]!]) continue;
          seen[column] = 1;
          left--;
          if (row === 0 || ARTEFACT[map[at - columns]!]) continue;
          heights[line * columns + column] = row;
        }
      }
    }
  });
  return surfaces
    .filter(({ heights }) => heights.some((height) => height !== NOT_FOUND))
    .map(({ name, heights }) => ({ name, heights }));
}
