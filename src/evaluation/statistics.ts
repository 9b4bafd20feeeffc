/** A share or an area with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

/** Normal quantile of 97.5 %. */
const Z = 1.959964;

/** A share of so many cases, with Wilson's interval, which is honest for few cases and for 0 %. */
export function share(count: number, of: number): Estimate | null {
  if (of === 0) return null;
  const p = count / of;
  const scale = 1 + (Z * Z) / of;
  const middle = (p + (Z * Z) / (2 * of)) / scale;
  const half = (Z / scale) * Math.sqrt((p * (1 - p)) / of + (Z * Z) / (4 * of * of));
  return { value: p, from: Math.max(0, middle - half), to: Math.min(1, middle + half) };
}

/** A score, and whether the case is what the score is of. */
export interface Scored {
  readonly score: number;
  readonly positive: boolean;
}

/** Probability that a positive case has the higher score, ties counted half; null without cases of both kinds. */
export function areaUnderCurve(cases: readonly Scored[]): number | null {
  const sorted = [...cases].sort((a, b) => a.score - b.score);
  const positives = sorted.filter(({ positive }) => positive).length;
  const negatives = sorted.length - positives;
  if (positives === 0 || negatives === 0) return null;
  let rankSum = 0;
  for (let i = 0; i < sorted.length;) {
    let end = i;
    while (end < sorted.length && sorted[end]!.score === sorted[i]!.score) end++;
    const rank = (i + 1 + end) / 2;
    for (; i < end; i++) if (sorted[i]!.positive) rankSum += rank;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** A point of the curve for each threshold, from 'nobody' to 'everybody'. */
export interface RocPoint {
  readonly falsePositives: number;
  readonly truePositives: number;
}

export function rocCurve(cases: readonly Scored[]): readonly RocPoint[] {
  const sorted = [...cases].sort((a, b) => b.score - a.score);
  const positives = sorted.filter(({ positive }) => positive).length;
  const negatives = sorted.length - positives;
  const points: RocPoint[] = [{ falsePositives: 0, truePositives: 0 }];
  let seen = 0;
  let found = 0;
  for (const [i, { score, positive }] of sorted.entries()) {
    seen++;
    if (positive) found++;
    if (sorted[i + 1]?.score === score) continue;
    points.push({ falsePositives: (seen - found) / negatives, truePositives: found / positives });
  }
  return points;
}

const RESAMPLES = 1000;

/**
 * The area with the percentile interval of 1,000 bootstrap resamples of the cases. The draws come from a fixed seed:
 * the same cases give the same interval.
 */
export function bootstrappedArea(cases: readonly Scored[]): Estimate | null {
  const value = areaUnderCurve(cases);
  if (value === null) return null;
  const uniform = generator(1);
  const areas: number[] = [];
  for (let i = 0; i < RESAMPLES; i++) {
    const area = areaUnderCurve(cases.map(() => cases[Math.floor(uniform() * cases.length)]!));
    if (area !== null) areas.push(area);
  }
  areas.sort((a, b) => a - b);
  const quantile = (q: number) => areas[Math.round(q * (areas.length - 1))] ?? value;
  return { value, from: quantile(0.025), to: quantile(0.975) };
}

/** mulberry32: uniform numbers in [0, 1). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What was said with so much confidence, and how often it was right. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly cases: number;
  readonly confidence: number;
  readonly right: number;
}

export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  /** Expected calibration error: mean distance between confidence and share of right answers, over the bins. */
  readonly error: number;
}

const BINS = 10;

/** Ten equal bins, as training measures it (models/training/calibration.py); empty ones are left out. */
export function calibrate(cases: readonly Scored[]): Calibration | null {
  if (cases.length === 0) return null;
  const inBins = Array.from({ length: BINS }, (): Scored[] => []);
  for (const one of cases) {
    inBins[Math.min(BINS - 1, Math.max(0, Math.floor(one.score * BINS)))]!.push(one);
  }
  const bins = inBins.flatMap((inside, i) => {
    if (inside.length === 0) return [];
    const confidence = inside.reduce((sum, { score }) => sum + score, 0) / inside.length;
    const right = inside.filter(({ positive }) => positive).length / inside.length;
    return [{ from: i / BINS, to: (i + 1) / BINS, cases: inside.length, confidence, right }];
  });
  const error = bins.reduce(
    (sum, bin) => sum + (bin.cases / cases.length) * Math.abs(bin.confidence - bin.right),
    0,
  );
  return { bins, error };
}
