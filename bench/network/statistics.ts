/** Least, median and most of some runs. */
export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { least: sorted[0]!, median, most: sorted.at(-1)! };
}

/** `least / median / most`. */
export function shown({ least, median, most }: Spread, digits = 2): string {
  return [least, median, most].map((value) => value.toFixed(digits)).join(' / ');
}

/** The order of round `round`: each receiver comes first, second, … in turn, so that none profits from its place. */
export function rotated<T>(items: readonly T[], round: number): T[] {
  const by = round % items.length;
  return [...items.slice(by), ...items.slice(0, by)];
}
