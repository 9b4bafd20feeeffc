import type { Code } from '../../dicom/code.js';
import type { SubfieldPlace } from '../../values/etdrs.js';

/** A subfield of the ETDRS grid, coded. */
export interface Subfield extends SubfieldPlace {
  readonly code: Code;
}

function loinc(value: string, what: string): Code {
  return { value, scheme: 'LN', meaning: `Macular grid.${what} by OCT` };
}

/** The nine subfields with their LOINC codes (PS3.16 TID 2124, CID of macular thickness key measurements). */
export const SUBFIELDS = [
  { ring: 'centre', code: loinc('57109-1', 'center subfield thickness') },
  {
    ring: 'inner',
    quadrant: 'superior',
    code: loinc('57110-9', 'inner superior subfield thickness'),
  },
  { ring: 'inner', quadrant: 'nasal', code: loinc('57111-7', 'inner nasal subfield thickness') },
  {
    ring: 'inner',
    quadrant: 'inferior',
    code: loinc('57112-5', 'inner inferior subfield thickness'),
  },
  {
    ring: 'inner',
    quadrant: 'temporal',
    code: loinc('57113-3', 'inner temporal subfield thickness'),
  },
  {
    ring: 'outer',
    quadrant: 'superior',
    code: loinc('57114-1', 'outer superior subfield thickness'),
  },
  { ring: 'outer', quadrant: 'nasal', code: loinc('57115-8', 'outer nasal subfield thickness') },
  {
    ring: 'outer',
    quadrant: 'inferior',
    code: loinc('57116-6', 'outer inferior subfield thickness'),
  },
  {
    ring: 'outer',
    quadrant: 'temporal',
    code: loinc('57117-4', 'outer temporal subfield thickness'),
  },
] as const satisfies readonly Subfield[];

export const CENTRE_POINT: Code = loinc('57108-3', 'center point thickness');
export const TOTAL_VOLUME: Code = loinc('57118-2', 'total volume');

/** Every LOINC code that a report may hold. */
export const LOINC_CODES: readonly Code[] = [
  CENTRE_POINT,
  ...SUBFIELDS.map(({ code }) => code),
  TOTAL_VOLUME,
];
