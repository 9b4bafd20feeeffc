/** For each target position: which source positions it mixes, with which weights (sum 1). */
export interface Taps {
  readonly first: Int32Array;
  readonly weights: readonly Float32Array[];
}

/**
 * Taps of a linear filter that widens with the scale, so that shrinking averages instead of skipping (no aliasing) and
 * enlarging interpolates. Target position t lies at source coordinate `origin + t × scale` (pixel centres). A position
 * outside the source has no weights: it is padding.
 */
export function linearTaps(targets: number, sources: number, origin: number, scale: number): Taps {
  const support = Math.max(1, scale);
  const first = new Int32Array(targets);
  const weights = Array.from({ length: targets }, (_, target) => {
    const centre = origin + target * scale;
    if (!isInside(centre, sources)) return new Float32Array(0);
    const from = Math.max(0, Math.ceil(centre - support));
    const to = Math.min(sources - 1, Math.floor(centre + support));
    first[target] = from;
    const raw = Float32Array.from({ length: to - from + 1 }, (_, i) =>
      Math.max(0, 1 - Math.abs(from + i - centre) / support),
    );
    const sum = raw.reduce((total, weight) => total + weight, 0);
    // Exactly half a pixel outside the edge the one tap has weight 1/2 or less; never 0.
    return raw.map((weight) => weight / sum);
  });
  return { first, weights };
}

/** Is this coordinate within the source's pixels (each half a pixel wide on both sides of its centre)? */
export function isInside(coordinate: number, sources: number): boolean {
  return coordinate >= -0.5 && coordinate <= sources - 0.5;
}

/** For each target position the nearest source position, kept within `[first, last]`. */
export function nearestIndex(
  targets: number,
  origin: number,
  scale: number,
  [first, last]: readonly [number, number],
): Int32Array {
  return Int32Array.from({ length: targets }, (_, target) =>
    Math.min(last, Math.max(first, Math.round(origin + target * scale))),
  );
}
