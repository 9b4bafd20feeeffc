import type { Blocks } from './blocks.js';
import { median } from '../values/median.js';

/** Why tissue stands at the upper edge: its top is missing, or folded back into the scan upside down. */
export type TopEdge = 'cut-off' | 'mirrored' | 'not-told';

/** Depths (mm): what is compared below the upper edge, and how much tissue may lie above it. */
const COMPARED_MM = 0.2;
const ABOVE_MM = 0.22;
/** Here lies the brightest inner layer, or its echo. */
const INNER_MM = 0.1;
/** The mean A-scan needs so many that are whole. */
const LEAST_WHOLE = 20;
/** Light adds up; on a logarithmic display over about 12 natural logarithms of light this is how. */
const SPAN_LOGS = 12;

/**
 * Below the one it is cut off, above the other mirrored, between them not told. Chosen on phantoms (seeds 0 to 19 in
 * five dresses), measured on others: docs/reference/quality.md.
 */
const LIMITS = { cutOff: 0.1, mirrored: 0.14 } as const;
const WEIGHT_OF_LIGHT = 0.5;

/**
 * A scan cut off at the top told from one that is mirrored there. The whole A-scans of the same volume give the mean
 * course of light below the inner surface. An A-scan that reaches the edge is held against it twice, at whichever height
 * fits best: as its lower part alone, and with its upper part folded down over it. The echo also adds its light to the
 * first 0.1 mm. Phantoms fold as physics says (the echo is the complex conjugate's); no real mirror artefact was at hand.
 *
 * @param surface frames × across: block row of the inner surface, NaN where none is
 * @param edge A-scans whose surface lies above this block row reach the edge
 * @param span grey levels from noise to bright tissue
 */
export function tellMirror(
  { frames, down, across, height, means }: Blocks,
  surface: Float32Array,
  edge: number,
  span: number,
): TopEdge {
  const inBlocks = (mm: number) => Math.max(1, Math.round(mm / height));
  const [compared, highest, inner] = [COMPARED_MM, ABOVE_MM, INNER_MM].map(inBlocks) as [
    number,
    number,
    number,
  ];
  const line = (at: number, from: number, length: number) => {
    const first = Math.floor(at / across) * down * across + (at % across);
    return Float32Array.from({ length }, (_, row) => means[first + (from + row) * across]!);
  };
  const course = new Float32Array(compared + highest);
  let whole = 0;
  const atEdge: Float32Array[] = [];
  for (let at = 0; at < frames * across; at++) {
    const top = surface[at]!;
    if (top < edge) atEdge.push(line(at, 0, compared));
    else if (top + course.length <= down) {
      whole++;
      line(at, top, course.length).forEach((value, row) => (course[row]! += value));
    }
  }
  if (whole < LEAST_WHOLE || atEdge.length === 0) return 'not-told';
  course.forEach((sum, row) => (course[row] = sum / whole));

  const scale = span / SPAN_LOGS;
  const together = (a: number, b: number) =>
    scale * Math.log(Math.exp(a / scale) + Math.exp(b / scale));
  const cutOff: Float32Array[] = [];
  const mirrored: Float32Array[] = [];
  for (let above = 1; above <= highest; above++) {
    const lower = course.subarray(above, above + compared);
    cutOff.push(lower);
    mirrored.push(
      lower.map((value, row) => (row < above ? together(value, course[above - row - 1]!) : value)),
    );
  }
  const shape = median(
    atEdge.map((one) => {
      const [a, b] = [misfit(one, cutOff), misfit(one, mirrored)];
      return (a - b) / Math.max(Number.EPSILON, a + b);
    }),
  );
  const brightest = (one: Float32Array) => Math.max(...one.subarray(0, inner));
  const light = atEdge.reduce((sum, one) => sum + brightest(one), 0) / atEdge.length;
  const score = shape + (WEIGHT_OF_LIGHT * (light - brightest(course))) / Math.max(1, span);
  if (score > LIMITS.mirrored) return 'mirrored';
  return score < LIMITS.cutOff ? 'cut-off' : 'not-told';
}

/** The least sum of squares between an A-scan and one of several. */
function misfit(one: Float32Array, others: readonly Float32Array[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const other of others) {
    let sum = 0;
    for (let row = 0; row < one.length; row++) sum += (one[row]! - other[row]!) ** 2;
    least = Math.min(least, sum);
  }
  return least;
}
