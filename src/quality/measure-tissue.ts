import type { OctVolume } from '../values/oct-volume.js';
import { blockMeans, percentile, type Blocks } from './blocks.js';
import { tellMirror, type TopEdge } from './tell-mirror.js';
import { median } from '../values/median.js';

/** What the criteria on place and sharpness look at. Frame numbers are the source's own (from 1). */
export interface TissueMeasures {
  /** Shares (0 to 1) of the A-scans whose tissue reaches the upper or lower edge of the scan. */
  readonly cutAbove: number;
  readonly cutBelow: number;
  readonly framesCutAbove: readonly number[];
  readonly framesCutBelow: readonly number[];
  /** What the tissue at the upper edge is. */
  readonly topEdge: TopEdge;
  /** mm: largest jump of the retina's height between neighbouring B-scans; undefined where they lie far apart. */
  readonly jump: number | undefined;
  readonly jumpFrames: readonly number[];
  /** Correlation (0 to 1) of the fine detail with itself 0.1 mm aside: near 1 where it is smeared. */
  readonly smear: number;
  /** Share (0 to 1) of the field whose tissue is far darker than the rest. */
  readonly shadowed: number;
  readonly shadowedFrames: readonly number[];
}

/** Bright is what lies above the noise by this share of the span from noise to bright tissue. */
const BRIGHT_SHARE = 0.45;
/** B-scans further apart than this differ by the eye's own shape. */
const FAR_MM = 0.6;
/** A jump that is named with its frame. */
const JUMP_MM = 0.08;
const EDGE_MM = 0.045;
/** The retina is bright over more than this; a detached hyaloid is a line. */
const TISSUE_MM = 0.08;

/** Measures where the tissue lies and how sharp it is; needs some 0.1 s for 10 million voxels. */
export function measureTissue(volume: OctVolume, dark: readonly number[]): TissueMeasures {
  const blocks = blockMeans(volume);
  const { frames, down, across, means } = blocks;
  const number = (frame: number) => volume.frameNumbers[frame]!;
  const isDark = (frame: number) => dark.includes(number(frame));
  const usable = Array.from({ length: frames }, (_, frame) => frame).filter((f) => !isDark(f));
  const sorted = Float32Array.from(means)
    .filter((mean) => mean > 0)
    .sort();
  const floor = percentile(sorted, 0.2);
  const span = percentile(sorted, 0.98) - floor;
  const threshold = floor + BRIGHT_SHARE * span;
  const edge = Math.max(1, Math.round(EDGE_MM / blocks.height));

  const thick = Math.max(2, Math.round(TISSUE_MM / blocks.height));
  /** Bright down to some depth: the retina, and not a detached hyaloid, which is one line. */
  const isTissue = (frame: number, x: number, row: number) => {
    let sum = 0;
    const to = Math.min(down, row + thick);
    for (let r = row; r < to; r++) sum += means[(frame * down + r) * across + x]!;
    return means[(frame * down + row) * across + x]! > threshold && sum / (to - row) > threshold;
  };
  const surface = new Float32Array(frames * across).fill(Number.NaN);
  const brightness = new Float32Array(frames * across);
  const cut = { above: new Float32Array(frames), below: new Float32Array(frames) };
  for (const frame of usable) {
    for (let x = 0; x < across; x++) {
      const value = (row: number) => means[(frame * down + row) * across + x]!;
      const column = frame * across + x;
      let brightest = 0;
      for (let row = 0; row < down; row++) {
        brightest = Math.max(brightest, value(row));
        if (Number.isNaN(surface[column]!) && isTissue(frame, x, row)) surface[column] = row;
      }
      brightness[column] = brightest - floor;
      if (surface[column]! < edge) cut.above[frame]! += 1 / across;
      let bottom = 0;
      for (let row = down - edge; row < down; row++) bottom = Math.max(bottom, value(row));
      if (bottom > threshold) cut.below[frame]! += 1 / across;
    }
  }
  const shareOf = (shares: Float32Array) =>
    usable.reduce((sum, frame) => sum + shares[frame]!, 0) / Math.max(1, usable.length);
  const framesWith = (shares: Float32Array) => usable.filter((f) => shares[f]! > 0.1).map(number);
  const jumps = jumpsOf(blocks, usable);
  const shadow = shadowOf(brightness, usable, across);
  return {
    cutAbove: shareOf(cut.above),
    cutBelow: shareOf(cut.below),
    framesCutAbove: framesWith(cut.above),
    framesCutBelow: framesWith(cut.below),
    topEdge: tellMirror(blocks, surface, edge, span),
    jump: volume.spacing.frame > FAR_MM ? undefined : Math.max(0, ...jumps.map(({ size }) => size)),
    jumpFrames: jumps.filter(({ size }) => size > JUMP_MM).map(({ frame }) => number(frame)),
    smear: smear(volume, usable, threshold),
    shadowed: shadow.share,
    shadowedFrames: shadow.frames.map(number),
  };
}

/**
 * How far each B-scan has to be moved along the depth to fit the one before, beyond the trend of the ones around them.
 * Mean depth profiles are compared: no surface must be found for it.
 */
function jumpsOf(
  { down, across, height, means }: Blocks,
  usable: readonly number[],
): readonly { readonly frame: number; readonly size: number }[] {
  const profiles = usable.map((frame) => {
    const profile = new Float32Array(down);
    for (let row = 0; row < down; row++)
      for (let x = 0; x < across; x++) profile[row]! += means[(frame * down + row) * across + x]!;
    const mean = profile.reduce((a, b) => a + b, 0) / down;
    return profile.map((value) => value - mean);
  });
  const reach = Math.min(down >> 1, Math.round(0.5 / height));
  const steps = profiles.slice(1).map((profile, i) => bestShift(profiles[i]!, profile, reach));
  // Across a closed lid the eye may have moved as much as it likes: that gap has its own criterion.
  return steps.flatMap((step, i) => {
    if (usable[i + 1]! - usable[i]! > 1) return [];
    const around = [steps[i - 2], steps[i - 1], steps[i + 1], steps[i + 2]].flatMap((s) => s ?? []);
    const trend = around.length === 0 ? 0 : median(around);
    return [{ frame: usable[i + 1]!, size: Math.abs(step - trend) * height }];
  });
}

function bestShift(a: Float32Array, b: Float32Array, reach: number): number {
  let [best, most] = [0, Number.NEGATIVE_INFINITY];
  for (let shift = -reach; shift <= reach; shift++) {
    let [sum, count] = [0, 0];
    for (let row = Math.max(0, -shift); row < Math.min(a.length, a.length - shift); row++) {
      sum += a[row]! * b[row + shift]!;
      count++;
    }
    if (count > 0 && sum / count > most) [best, most] = [shift, sum / count];
  }
  return best;
}

/** A-scans whose brightest tissue stays below a third of the field's, where their neighbours are dark as well. */
function shadowOf(
  brightness: Float32Array,
  usable: readonly number[],
  across: number,
): { readonly share: number; readonly frames: readonly number[] } {
  const all = usable.flatMap((f) => [...brightness.subarray(f * across, (f + 1) * across)]);
  const usual = median(all);
  let dark = 0;
  const frames: number[] = [];
  for (const frame of usable) {
    let here = 0;
    for (let x = 0; x < across; x++) if (brightness[frame * across + x]! < usual / 2.2) here++;
    dark += here;
    if (here > 0.1 * across) frames.push(frame);
  }
  return { share: dark / Math.max(1, usable.length * across), frames };
}

/** Correlation along B-scans, within tissue, of what is left after a moving mean of 0.3 mm is taken away. */
function smear(volume: OctVolume, usable: readonly number[], threshold: number): number {
  const { rows, columns, voxels, spacing } = volume;
  const lag = Math.max(1, Math.round(0.1 / spacing.lateral));
  const radius = 3 * lag;
  let [product, square] = [0, 0];
  for (const frame of usable.filter((_, i) => i % Math.ceil(usable.length / 16) === 0)) {
    for (let row = 0; row < rows; row += 3) {
      const line = voxels.subarray(
        (frame * rows + row) * columns,
        (frame * rows + row + 1) * columns,
      );
      let sum = 0;
      for (let x = 0; x < Math.min(columns, 2 * radius + 1); x++) sum += line[x]!;
      const rest = new Float32Array(columns).fill(Number.NaN);
      for (let x = radius; x + radius + 1 < columns; x++) {
        const mean = sum / (2 * radius + 1);
        if (mean > threshold) rest[x] = line[x]! - mean;
        sum += line[x + radius + 1]! - line[x - radius]!;
      }
      for (let x = radius; x + lag < columns; x++) {
        const [a, b] = [rest[x]!, rest[x + lag]!];
        if (Number.isNaN(a) || Number.isNaN(b)) continue;
        product += a * b;
        square += (a * a + b * b) / 2;
      }
    }
  }
  return square === 0 ? 0 : product / square;
}
