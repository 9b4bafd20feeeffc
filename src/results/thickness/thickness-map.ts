import type { OctVolume } from '../../values/oct-volume.js';
import {
  NOT_FOUND,
  surfaceHeights,
  surfacesOf,
  type SurfaceHeights,
} from '../height-map/surfaces.js';
import type { SurfaceName } from '../height-map/codes.js';
import type { ResultInput } from '../result-input.js';
import { sourceOrder } from '../segments.js';

/** Distances along the A-scan, seen from above. */
export interface ThicknessMap {
  readonly frames: number;
  readonly columns: number;
  /** µm, frames × columns of the volume (frame 0 is the most inferior); NaN where a surface was not found. */
  readonly um: Float32Array;
}

type Grid = Pick<OctVolume, 'frames' | 'rows' | 'columns' | 'frameNumbers' | 'spacing'>;

/** The whole retina: from the inner limiting membrane to the outer surface of Bruch's membrane (DCM 111929). */
const RETINA = ['inner-limiting-membrane', 'outer-bruch'] as const;
/**
 * From the inner limiting membrane to the front of the pigment epithelium: what lies beneath the epithelium does not
 * hide the foveal pit in it.
 */
const NEURAL = ['inner-limiting-membrane', 'anterior-rpe'] as const;

export function retinalThickness(input: ResultInput): ThicknessMap | undefined {
  return input.volume && between(surfacesOf(input), input.volume, RETINA);
}

export function neuralThickness(input: ResultInput): ThicknessMap | undefined {
  return input.volume && between(surfacesOf(input), input.volume, NEURAL);
}

/** The same as `retinalThickness`, of a tissue map that was read back. */
export function retinalThicknessOf(tissueMap: Uint8Array, volume: Grid): ThicknessMap | undefined {
  return between(surfaceHeights(tissueMap, volume), volume, RETINA);
}

function between(
  surfaces: readonly SurfaceHeights[],
  volume: Omit<Grid, 'rows'>,
  [upper, lower]: readonly [SurfaceName, SurfaceName],
): ThicknessMap | undefined {
  const from = surfaces.find(({ name }) => name === upper)?.heights;
  const to = surfaces.find(({ name }) => name === lower)?.heights;
  if (from === undefined || to === undefined) return undefined;
  const { frames, columns, spacing } = volume;
  const um = new Float32Array(frames * columns).fill(Number.NaN);
  // Surfaces lie in the order of the source's frames, the map in that of the volume's.
  sourceOrder(volume).forEach((frame, line) => {
    for (let column = 0; column < columns; column++) {
      const at = line * columns + column;
      if (from[at] === NOT_FOUND || to[at] === NOT_FOUND || to[at]! < from[at]!) continue;
      um[frame * columns + column] = (to[at]! - from[at]!) * spacing.axial * 1000;
    }
  });
  return { frames, columns, um };
}
