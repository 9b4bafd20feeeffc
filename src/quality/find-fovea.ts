import type { OctVolume } from '../values/oct-volume.js';
import { blockMeans, percentile, type Blocks } from './blocks.js';
import { median } from '../values/median.js';

/** Where the fovea lies from the middle of the field, mm. */
export interface FoveaPlace {
  readonly nasal: number;
  readonly superior: number;
}

/** Wider fields hold the disc as well and are not meant to be centred; wider gaps may miss the pit. */
const FIELD_MM = { least: 4, most: 7.5 } as const;
const MOST_SPACING_MM = 0.4;
/** B-scans that lie closer than this add nothing to a pit of 0.7 mm. */
const STEP_MM = 0.2;
const BLOCK = { axial: 0.016, lateral: 0.1 } as const;

/** Tissue stands out of the vitreous by this share of the span from noise to bright tissue. */
const TISSUE_SHARE = 0.25;
const TISSUE_MM = 0.08;
const LINE_MM = 0.045;
/** The pigment epithelium is the brightest line between these depths below the inner surface. */
const EPITHELIUM_MM = { from: 0.08, to: 0.7 } as const;

/** The pit is the middle of this radius against the ring around it, mm. */
const MIDDLE_MM = 0.2;
const RING_MM = { from: 0.6, to: 1 } as const;
const AROUND_MM = 1.2;

/**
 * When a pit is clear: shallower ones are made by noise, deeper ones or a thinner middle by holes, traction and lesions
 * that lift the epithelium, a thicker one by oedema; a second one elsewhere is disease. Set on phantoms (seeds 1 to 20 in
 * four dresses), then measured on others: docs/reference/decentration.md.
 */
const CLEAR = {
  depth: { from: 0.043, to: 0.115 },
  middle: { from: 0.14, to: 0.275 },
  second: 0.35,
  apartMm: 0.7,
} as const;

/** Over each A-scan: thickness of the retina (mm), NaN where unknown. */
interface Thickness {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly retina: Float32Array;
}

interface Pit {
  readonly x: number;
  readonly y: number;
  readonly middle: number;
  /** mm by which the thinnest quarter of the ring is thicker than the middle. */
  readonly depth: number;
}

/**
 * The fovea by its pit: the place where the retina is thinner than in each quarter of a ring around it. `undefined`
 * where that cannot be told: the field is wide or coarse, or the pit is not clear (disease, noise). B-scans with the
 * source numbers in `dark` are passed over.
 */
export function findFovea(volume: OctVolume, dark: readonly number[]): FoveaPlace | undefined {
  const { spacing } = volume;
  const [width, height] = [volume.columns * spacing.lateral, volume.frames * spacing.frame];
  const fits = (size: number) => size >= FIELD_MM.least && size <= FIELD_MM.most;
  if (!fits(width) || !fits(height) || spacing.frame > MOST_SPACING_MM) return undefined;
  const map = thicknessOf(volume, dark);
  const pits = pitsOf(map).sort((a, b) => b.depth - a.depth);
  const [best] = pits;
  if (best === undefined || !isClear(best, pits)) return undefined;
  return { nasal: volume.laterality === 'R' ? best.x : -best.x, superior: best.y };
}

function isClear(best: Pit, pits: readonly Pit[]): boolean {
  const within = (value: number, { from, to }: { readonly from: number; readonly to: number }) =>
    value >= from && value <= to;
  if (!within(best.depth, CLEAR.depth) || !within(best.middle, CLEAR.middle)) return false;
  const second = pits.find(({ x, y }) => Math.hypot(x - best.x, y - best.y) > CLEAR.apartMm);
  return second === undefined || second.depth <= CLEAR.second * best.depth;
}

/** Every place whose ring lies in the field. */
function pitsOf(map: Thickness): Pit[] {
  return map.y.flatMap((y) =>
    map.x.flatMap((x) => {
      const middle: number[] = [];
      const quarters: [number[], number[], number[], number[]] = [[], [], [], []];
      forEachNear(map, x, y, (i, dx, dy) => {
        const r = Math.hypot(dx, dy);
        if (r < MIDDLE_MM) middle.push(map.retina[i]!);
        if (r <= RING_MM.from || r >= RING_MM.to) return;
        const quarter = Math.abs(dx) > Math.abs(dy) ? (dx > 0 ? 0 : 1) : dy > 0 ? 2 : 3;
        quarters[quarter].push(map.retina[i]!);
      });
      if (middle.length < 2 || quarters.some((quarter) => quarter.length < 6)) return [];
      const here = median(middle);
      return [{ x, y, middle: here, depth: Math.min(...quarters.map(median)) - here }];
    }),
  );
}

function forEachNear(
  { x, y, retina }: Thickness,
  cx: number,
  cy: number,
  visit: (i: number, dx: number, dy: number) => void,
): void {
  y.forEach((py, line) => {
    if (Math.abs(py - cy) > AROUND_MM) return;
    x.forEach((px, column) => {
      const i = line * x.length + column;
      if (Math.hypot(px - cx, py - cy) > AROUND_MM || Number.isNaN(retina[i]!)) return;
      visit(i, px - cx, py - cy);
    });
  });
}

function thicknessOf(volume: OctVolume, dark: readonly number[]): Thickness {
  const { frames, columns, spacing, frameNumbers } = volume;
  const every = Math.max(1, Math.floor(STEP_MM / spacing.frame));
  const chosen = Array.from({ length: frames }, (_, frame) => frame).filter(
    (frame) => frame % every === 0 && !dark.includes(frameNumbers[frame]!),
  );
  const blocks = blockMeans(volume, BLOCK, chosen);
  const sorted = blocks.means.filter((mean) => mean > 0).sort();
  const floor = percentile(sorted, 0.2);
  const span = percentile(sorted, 0.98) - floor;
  const retina = new Float32Array(blocks.frames * blocks.across).fill(Number.NaN);
  for (let i = 0; i < retina.length; i++) {
    retina[i] = retinaOf(blocks, i, floor + TISSUE_SHARE * span);
  }
  return {
    x: Array.from(
      { length: blocks.across },
      (_, i) => (i + 0.5) * blocks.width - (columns * spacing.lateral) / 2,
    ),
    y: chosen.map((frame) => (frame - (frames - 1) / 2) * spacing.frame),
    retina,
  };
}

/** mm from the inner surface to the pigment epithelium of one A-scan and its neighbours; NaN without a retina. */
function retinaOf(
  { down, across, height, means }: Blocks,
  index: number,
  threshold: number,
): number {
  const [frame, x] = [Math.floor(index / across), index % across];
  const [first, last] = [Math.max(0, x - 1), Math.min(across - 1, x + 1)];
  const line = Float32Array.from({ length: down }, (_, row) => {
    const at = (frame * down + row) * across;
    return mean(means, at + first, at + last + 1);
  });
  const inBlocks = (mm: number) => Math.max(1, Math.round(mm / height));
  const [thick, thin] = [Math.max(2, inBlocks(TISSUE_MM)), inBlocks(LINE_MM)];
  let top = 0;
  while (
    top + thick < down &&
    !(line[top]! > threshold && mean(line, top, top + thick) > threshold)
  )
    top++;
  if (top + thick >= down) return Number.NaN;

  let [brightest, epithelium] = [-1, -1];
  const to = Math.min(down - thin, top + inBlocks(EPITHELIUM_MM.to));
  for (let row = top + inBlocks(EPITHELIUM_MM.from); row < to; row++) {
    const value = mean(line, row, row + thin);
    if (value > brightest) [brightest, epithelium] = [value, row];
  }
  return epithelium < 0 ? Number.NaN : (epithelium - top) * height;
}

function mean(values: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]!;
  return sum / (to - from);
}
