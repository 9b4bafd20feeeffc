/** The rules of the gate before sending (dicom-objects.md §3.2). */
export const GATE_RULES = {
  R0: 'The object can be read back.',
  R1: 'Patient and study are the source’s, series and instance are new, text is UTF-8, nothing is private.',
  R2: 'Every code is in the code table with its meaning; SNOMED CT codes have their check digit.',
  R3: 'The Frame of Reference is the source’s, or there is none and no plane either.',
  R4: 'Rows, columns, frames and the length of Pixel Data fit each other and the source.',
  R5: 'Every reference leads to an instance, frame or segment that exists.',
  R6: 'Position, orientation and spacing are those of the referenced frame.',
  R7: 'The pixels are those of the tissue map; segments and frames belong together.',
  R8: 'The report has the structure of TID 1500.',
  R9: 'Units and numbers are right; volumes are those of the segmentation’s pixels.',
  R10: 'Viewers can lay it over the source: series referred to, a plane each frame, one object a series.',
} as const;

export type GateRule = keyof typeof GATE_RULES;

/** Why an object is held and not sent. `what` holds no patient data. */
export interface Defect {
  readonly rule: GateRule;
  readonly what: string;
}

/** Collects defects of one object. */
export class Defects {
  readonly list: Defect[] = [];

  require(condition: boolean, rule: GateRule, what: string): void {
    if (!condition) this.list.push({ rule, what });
  }
}

/** Are two numbers the same but for the sixteen characters of a DS? */
export function isClose(a: number, b: number, tolerance = 1e-6): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b)) || a === b;
}
