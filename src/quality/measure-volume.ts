import type { OctVolume } from '../values/oct-volume.js';
import { percentile } from './blocks.js';

/** What the criteria look at. */
export interface VolumeMeasures {
  readonly frames: number;
  /** Grey levels between bright tissue and the noise floor. */
  readonly contrast: number;
  /** Source frame numbers (1-based) of B-scans without a retina's signal. */
  readonly darkFrames: readonly number[];
  /** mm from the most inferior to the most superior B-scan. */
  readonly height: number;
  /** Share (0 to 1) of voxels at white. */
  readonly saturatedShare: number;
}

/** Blocks of tissue over which speckle is averaged; µm scale, so that the measure does not depend on the sampling. */
const BLOCK_AXIAL_MM = 0.03;
const BLOCK_LATERAL_MM = 0.1;
/** Vitreous and sclera fill more than a fifth of a B-scan; bright layers more than a fiftieth. */
const NOISE_PERCENTILE = 0.2;
const SIGNAL_PERCENTILE = 0.98;
/**
 * A B-scan is dark where its bright blocks stand out from the median no more than noise does (noise is about symmetric:
 * 1), or where it has less than this share of the better frames' contrast. The share is low because the Spectralis
 * scales each B-scan by its brightest spot: a reflex leaves a readable frame a quarter of the others' contrast.
 */
const NOISE_SKEWNESS = 1.4;
const DARK_SHARE = 0.15;
const BETTER_FRAMES_PERCENTILE = 0.9;
const WHITE = 255;

/**
 * Measures a volume for the quality criteria. The display of an OCT is logarithmic: a difference of grey levels is a
 * ratio of light, so 'signal above noise' is a difference. Blocks without any data (0) are left out.
 */
export function measureVolume(volume: OctVolume): VolumeMeasures {
  const { frames, voxels, spacing, frameNumbers } = volume;
  const perFrame = Array.from({ length: frames }, (_, frame) => blockMeans(volume, frame).sort());
  const contrasts = perFrame.map(contrastOf);
  const better = percentile(Float32Array.from(contrasts).sort(), BETTER_FRAMES_PERCENTILE);
  const isDark = (_: number, frame: number) =>
    skewness(perFrame[frame]!) < NOISE_SKEWNESS || contrasts[frame]! <= DARK_SHARE * better;
  let white = 0;
  for (let i = 0; i < voxels.length; i++) if (voxels[i] === WHITE) white++;
  return {
    frames,
    contrast: contrastOf(concatenated(perFrame).sort()),
    darkFrames: frameNumbers.filter(isDark),
    height: (frames - 1) * spacing.frame,
    saturatedShare: white / voxels.length,
  };
}

/** The means of all blocks of one B-scan that hold data. */
function blockMeans({ rows, columns, voxels, spacing }: OctVolume, frame: number): Float32Array {
  const height = Math.max(1, Math.min(rows, Math.round(BLOCK_AXIAL_MM / spacing.axial)));
  const width = Math.max(1, Math.min(columns, Math.round(BLOCK_LATERAL_MM / spacing.lateral)));
  const across = Math.floor(columns / width);
  const down = Math.floor(rows / height);
  const sums = new Float32Array(across * down);
  const start = frame * rows * columns;
  for (let row = 0; row < down * height; row++) {
    const block = Math.floor(row / height) * across;
    let at = start + row * columns;
    for (let b = 0; b < across; b++) {
      let sum = 0;
      for (const end = at + width; at < end; at++) sum += voxels[at]!;
      sums[block + b]! += sum;
    }
  }
  return sums.map((sum) => sum / (height * width)).filter((mean) => mean > 0);
}

function contrastOf(sorted: Float32Array): number {
  return percentile(sorted, SIGNAL_PERCENTILE) - percentile(sorted, NOISE_PERCENTILE);
}

/** How much further the bright blocks lie above the median than the dark ones below it. */
function skewness(sorted: Float32Array): number {
  const middle = percentile(sorted, 0.5);
  const below = middle - percentile(sorted, 1 - SIGNAL_PERCENTILE);
  return (percentile(sorted, SIGNAL_PERCENTILE) - middle) / below;
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
