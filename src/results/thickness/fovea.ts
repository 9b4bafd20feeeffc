import type { VoxelSpacing } from '../../values/oct-volume.js';
import type { ThicknessMap } from './thickness-map.js';

/** A place of the en-face field in the units of the volume; between frames and columns, too. */
export interface Place {
  readonly frame: number;
  readonly column: number;
}

/** How the fovea is looked for. Lengths in mm, from the anatomy of the pit, which is some 1.5 mm wide. */
const PIT = {
  /** No farther from the centre of the scan than this. */
  farthest: 1.2,
  floor: 0.25,
  rim: [0.75, 1.25],
  /** By so much (µm) the rim stands above the floor in each of four directions. */
  depthUm: 30,
  /** Width of a cell along the B-scan. */
  cell: 0.1,
} as const;

export function scanCentre({ frames, columns }: ThicknessMap): Place {
  return { frame: (frames - 1) / 2, column: (columns - 1) / 2 };
}

/**
 * The middle of the foveal pit: where the retina is thinnest among the places with a thicker rim on all four sides.
 * `undefined` where there is none: a swollen or wrinkled macula has no pit, and none is made up.
 */
export function findFovea(map: ThicknessMap, spacing: VoxelSpacing): Place | undefined {
  const width = Math.max(1, Math.round(PIT.cell / spacing.lateral));
  const cells = coarse(map, width);
  const step = width * spacing.lateral;
  const middle = scanCentre(cells);
  let best: { readonly floor: number; readonly place: Place } | undefined;
  for (let frame = 0; frame < cells.frames; frame++) {
    const y = (frame - middle.frame) * spacing.frame;
    for (let column = 0; column < cells.columns; column++) {
      const x = (column - middle.column) * step;
      if (Math.hypot(x, y) > PIT.farthest) continue;
      const place = { frame, column };
      const { floor, rims } = surroundings(cells, place, spacing.frame, step);
      if (!rims.every((rim) => rim - floor >= PIT.depthUm)) continue;
      if (best === undefined || floor < best.floor) best = { floor, place };
    }
  }
  if (best === undefined) return undefined;
  const { frame, column } = best.place;
  return { frame, column: column * width + (width - 1) / 2 };
}

/** Mean thickness of the floor and of the rim in each direction; NaN where nothing is known. */
function surroundings(
  map: ThicknessMap,
  { frame, column }: Place,
  frameMm: number,
  columnMm: number,
): { readonly floor: number; readonly rims: readonly number[] } {
  const [near, far] = PIT.rim;
  const floor = new Mean();
  const rims = [new Mean(), new Mean(), new Mean(), new Mean()];
  const frames = Math.floor(far / frameMm);
  const columns = Math.floor(far / columnMm);
  for (let f = Math.max(0, frame - frames); f <= Math.min(map.frames - 1, frame + frames); f++) {
    const y = (f - frame) * frameMm;
    const first = Math.max(0, column - columns);
    const last = Math.min(map.columns - 1, column + columns);
    for (let c = first; c <= last; c++) {
      const x = (c - column) * columnMm;
      const um = map.um[f * map.columns + c]!;
      const distance = Math.hypot(x, y);
      if (Number.isNaN(um) || distance > far) continue;
      if (distance <= PIT.floor) floor.add(um);
      if (distance < near) continue;
      const direction = Math.abs(y) >= Math.abs(x) ? (y > 0 ? 0 : 1) : x > 0 ? 2 : 3;
      rims[direction]!.add(um);
    }
  }
  return { floor: floor.value, rims: rims.map(({ value }) => value) };
}

/** Cells of `width` A-scans. */
function coarse(map: ThicknessMap, width: number): ThicknessMap {
  const columns = Math.floor(map.columns / width);
  const um = new Float32Array(map.frames * columns);
  for (let frame = 0; frame < map.frames; frame++) {
    for (let column = 0; column < columns; column++) {
      const mean = new Mean();
      for (let i = 0; i < width; i++) mean.add(map.um[frame * map.columns + column * width + i]!);
      um[frame * columns + column] = mean.value;
    }
  }
  return { frames: map.frames, columns, um };
}

/** Of what is known; NaN without anything. */
export class Mean {
  private sum = 0;
  count = 0;

  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.sum += value;
    this.count += 1;
  }

  get value(): number {
    return this.sum / this.count;
  }
}
