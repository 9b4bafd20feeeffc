/** Radii of the rings of the ETDRS grid in mm: circles of 1, 3 and 6 mm across (PS3.16 TID 2100). */
export const RINGS = { centre: [0, 0.5], inner: [0.5, 1.5], outer: [1.5, 3] } as const;
export type Ring = keyof typeof RINGS;

export const QUADRANTS = ['superior', 'nasal', 'inferior', 'temporal'] as const;
export type Quadrant = (typeof QUADRANTS)[number];

/** A subfield of the ETDRS grid: a ring around the centre, and a quadrant of it. */
export interface SubfieldPlace {
  readonly ring: Ring;
  /** Absent: the whole circle. */
  readonly quadrant?: Quadrant;
}

export function subfieldName({ ring, quadrant }: SubfieldPlace): string {
  return quadrant === undefined ? 'centre' : `${ring} ${quadrant}`;
}

/** On what a grid lies: the foveal pit, or where none was found, the middle of the scan. */
export type GridCentre = 'fovea' | 'scan centre';

/** Retinal thickness in the ETDRS grid, as a report says it. */
export interface StatedThickness {
  readonly centre: {
    readonly by: GridCentre;
    /** mm from the middle of the scan, to a hundredth. */
    readonly nasal: number;
    readonly superior: number;
  };
  readonly centrePointUm?: number | undefined;
  /** All nine; without a value where too little was measured. */
  readonly subfields: readonly (SubfieldPlace & { readonly um?: number | undefined })[];
  readonly totalVolumeMm3?: number | undefined;
}
