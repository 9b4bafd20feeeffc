/** The nine sectors of the ETDRS grid: circles of 1, 3 and 6 mm across, quartered along the diagonals. */
export const RADII = [0.5, 1.5, 3] as const;

export const SECTORS = [
  'centre',
  'inner superior',
  'inner nasal',
  'inner inferior',
  'inner temporal',
  'outer superior',
  'outer nasal',
  'outer inferior',
  'outer temporal',
] as const;
export type Sector = (typeof SECTORS)[number];

type Side = 'superior' | 'right' | 'inferior' | 'left';

/** In the one orientation columns run along the patient's +x, so the nose of a right eye lies at the right. */
export function sideName(side: Side, laterality: 'R' | 'L'): string {
  if (side === 'superior' || side === 'inferior') return side;
  return (side === 'right') === (laterality === 'R') ? 'nasal' : 'temporal';
}

/** @param x mm to the right of the centre; @param y mm above it; undefined beyond the outer circle. */
export function sectorAt(x: number, y: number, laterality: 'R' | 'L'): Sector | undefined {
  const radius = Math.hypot(x, y);
  const ring = RADII.findIndex((limit) => radius <= limit);
  if (ring < 0) return undefined;
  if (ring === 0) return 'centre';
  const side: Side =
    Math.abs(y) >= Math.abs(x) ? (y >= 0 ? 'superior' : 'inferior') : x >= 0 ? 'right' : 'left';
  return `${ring === 1 ? 'inner' : 'outer'} ${sideName(side, laterality)}` as Sector;
}

export interface Grid {
  readonly frames: number;
  readonly columns: number;
  /** mm. */
  readonly spacing: { readonly frame: number; readonly lateral: number };
  readonly centre: { readonly frame: number; readonly column: number };
  readonly laterality: 'R' | 'L';
}

/** Less of a sector than this within the scan says nothing of the sector. */
const LEAST_COVERED = 0.5;

/**
 * Mean of a map (frames × columns, inferior first) in each sector; absent where less than half of the sector was scanned.
 */
export function sectorMeans(values: ArrayLike<number>, grid: Grid): ReadonlyMap<Sector, number> {
  const { frames, columns, spacing, centre, laterality } = grid;
  const sums = new Map<Sector, { sum: number; count: number }>();
  for (let frame = 0; frame < frames; frame++) {
    const y = (frame - centre.frame) * spacing.frame;
    for (let column = 0; column < columns; column++) {
      const sector = sectorAt((column - centre.column) * spacing.lateral, y, laterality);
      if (sector === undefined) continue;
      const one = sums.get(sector) ?? { sum: 0, count: 0 };
      one.sum += values[frame * columns + column]!;
      one.count++;
      sums.set(sector, one);
    }
  }
  const cell = spacing.frame * spacing.lateral;
  return new Map(
    [...sums].flatMap(([sector, { sum, count }]) =>
      count * cell >= LEAST_COVERED * areaOf(sector) ? [[sector, sum / count]] : [],
    ),
  );
}

/** mm². */
function areaOf(sector: Sector): number {
  const [centre, inner, outer] = RADII;
  if (sector === 'centre') return Math.PI * centre ** 2;
  return sector.startsWith('inner')
    ? (Math.PI * (inner ** 2 - centre ** 2)) / 4
    : (Math.PI * (outer ** 2 - inner ** 2)) / 4;
}
