import type { CanonicalScan, GridPlacement } from './canonical-grid.js';
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

/** Gathers what a scan looks like, B-scan by B-scan in their order, so that the scan need not lie in memory. */
export class ScanLook {
  private frames = 0;
  private sum = 0;
  private squares = 0;
  private below = 0;
  private bright = 0;
  private veryBright = 0;
  private axial = 0;
  private signedCube = 0;
  private lateral = 0;
  private between = 0;
  private readonly light: Float64Array;
  private readonly columnLight: Float64Array;
  private readonly previous: Float32Array;

  /** @param placement rows and columns of the canonical grid */
  constructor(private readonly placement: Pick<GridPlacement, 'rows' | 'columns'>) {
    this.light = new Float64Array(placement.rows);
    this.columnLight = new Float64Array(placement.columns);
    this.previous = new Float32Array(placement.rows * placement.columns);
  }

  /** Adds the next B-scan: rows × columns on the canonical grid. */
  add(bscan: Float32Array): void {
    const { rows, columns } = this.placement;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const i = row * columns + column;
        const value = bscan[i]!;
        this.sum += value;
        this.squares += value * value;
        if (value < 0) this.below++;
        if (value > BRIGHT) {
          this.bright++;
          this.light[row]!++;
          this.columnLight[column]!++;
        }
        if (value > VERY_BRIGHT) this.veryBright++;
        if (column > 0) this.lateral += Math.abs(value - bscan[i - 1]!);
        if (this.frames > 0) this.between += Math.abs(value - this.previous[i]!);
        if (row > 1) {
          const step = value - bscan[i - 2 * columns]!;
          this.axial += Math.abs(step);
          this.signedCube += step * step * step;
        }
      }
    }
    this.previous.set(bscan);
    this.frames++;
  }

  /** The statistics in the order of SCAN_STATISTICS; shares and intensities, no units. */
  finish(): Float64Array {
    const { rows, columns } = this.placement;
    const size = rows * columns;
    const count = this.frames * size;
    const mean = this.sum / count;
    const deviation = Math.sqrt(Math.max(0, this.squares / count - mean * mean));
    const { centre, depth } = spread(this.light, this.bright);
    const contrast = Math.max(deviation, 1e-3);
    return Float64Array.of(
      mean,
      deviation,
      this.below / count,
      this.bright / count,
      this.veryBright / count,
      this.axial / count / contrast,
      this.lateral / count / contrast,
      // A single B-scan has no neighbour: the step along the B-scan stands in for it.
      this.frames > 1 ? this.between / (count - size) / contrast : this.lateral / count / contrast,
      Math.cbrt(this.signedCube / count) / contrast,
      centre / rows,
      depth / rows,
      evenness(this.columnLight),
    );
  }
}

/** The statistics of a whole scan in the order of SCAN_STATISTICS, for training. */
export function scanStatistics({ placement, intensities }: CanonicalScan): Float64Array {
  const look = new ScanLook(placement);
  const size = placement.rows * placement.columns;
  for (let at = 0; at < intensities.length; at += size) {
    look.add(intensities.subarray(at, at + size));
  }
  return look.finish();
}

/** The statistics by their names. */
export function namedStatistics(statistics: Float64Array): Readonly<Record<string, number>> {
  return Object.fromEntries(SCAN_STATISTICS.map((name, i) => [name, statistics[i]!]));
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
