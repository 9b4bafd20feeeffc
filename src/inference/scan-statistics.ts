import type { CanonicalScan } from './canonical-grid.js';
import type { TrainingLikeness } from './manifest.js';

/**
 * What a scan on the canonical grid looks like, apart from what it shows: brightness, contrast, grain and where the light
 * is. Statistics of training scans tell whether a scan is like them.
 */
export const SCAN_STATISTICS = [
  'mean',
  'deviation',
  'shareBelowPedestal',
  'shareBright',
  'shareVeryBright',
  'axialStep',
  'lateralStep',
  'frameStep',
  'axialAsymmetry',
  'centreOfLight',
  'depthOfLight',
  'columnEvenness',
] as const;

/** Pixels above this are tissue, above the second bright tissue (0: noise pedestal, 1: bright end). */
const BRIGHT = 0.4;
const VERY_BRIGHT = 0.85;

/** The statistics of a scan in the order of SCAN_STATISTICS; shares and intensities, no units. */
export function scanStatistics({ placement, intensities }: CanonicalScan): Float64Array {
  const { frames, rows, columns } = placement;
  const size = rows * columns;
  const count = intensities.length;
  let sum = 0;
  let squares = 0;
  let below = 0;
  let bright = 0;
  let veryBright = 0;
  let axial = 0;
  let signedCube = 0;
  let lateral = 0;
  let between = 0;
  const light = new Float64Array(rows);
  const columnLight = new Float64Array(columns);
  for (let i = 0; i < count; i++) {
    const value = intensities[i]!;
    const row = Math.floor(i / columns) % rows;
    const column = i % columns;
    sum += value;
    squares += value * value;
    if (value < 0) below++;
    if (value > BRIGHT) {
      bright++;
      light[row]!++;
      columnLight[column]!++;
    }
    if (value > VERY_BRIGHT) veryBright++;
    if (column > 0) lateral += Math.abs(value - intensities[i - 1]!);
    if (i >= size) between += Math.abs(value - intensities[i - size]!);
    if (row > 1) {
      const step = value - intensities[i - 2 * columns]!;
      axial += Math.abs(step);
      signedCube += step * step * step;
    }
  }
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  const { centre, depth } = spread(light, bright);
  const contrast = Math.max(deviation, 1e-3);
  return Float64Array.of(
    mean,
    deviation,
    below / count,
    bright / count,
    veryBright / count,
    axial / count / contrast,
    lateral / count / contrast,
    // A single B-scan has no neighbour: the step along the B-scan stands in for it.
    frames > 1 ? between / (count - size) / contrast : lateral / count / contrast,
    Math.cbrt(signedCube / count) / contrast,
    centre / rows,
    depth / rows,
    evenness(columnLight),
  );
}

/** How far a scan's statistics are from the training scans' (Mahalanobis' distance over the root of their number). */
export function distanceFromTraining(
  statistics: Float64Array,
  { mean, precision }: Pick<TrainingLikeness, 'mean' | 'precision'>,
): number {
  const away = statistics.map((value, i) => value - mean[i]!);
  const square = precision.reduce(
    (sum, row, i) =>
      sum + away[i]! * row.reduce((inner, weight, j) => inner + weight * away[j]!, 0),
    0,
  );
  return Math.sqrt(Math.max(0, square) / mean.length);
}

function spread(light: Float64Array, total: number): { centre: number; depth: number } {
  if (total === 0) return { centre: light.length / 2, depth: 0 };
  const centre = light.reduce((sum, n, row) => sum + n * row, 0) / total;
  const variance = light.reduce((sum, n, row) => sum + n * (row - centre) ** 2, 0) / total;
  return { centre, depth: Math.sqrt(variance) };
}

/** Mean light of a column over that of the brightest tenth: 1 where all columns are alike. */
function evenness(columns: Float64Array): number {
  const sorted = [...columns].sort((a, b) => b - a);
  const best = sorted[Math.floor(sorted.length / 10)]!;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return best === 0 ? 0 : Math.min(1, mean / best);
}
