import type { Code } from '../dicom/code.js';
import type { TissueName } from '../values/tissue.js';
import { SCHEME } from './coding-scheme.js';
import { SCT } from './standard-codes.js';

/** How one tissue class is coded and coloured as a segment (dicom-objects.md §2.6). */
export interface TissueCodes {
  readonly category: Code;
  readonly type: Code;
  /** Recommended Display CIELab Value (PS3.3 C.10.7.1.1). */
  readonly cieLab: readonly [number, number, number];
}

function own(value: string, meaning: string): Code {
  return { value, scheme: SCHEME, meaning };
}

const { abnormalStructure, bodySubstance } = SCT;

/** The classes that become segments; the others come with the label map. */
export const TISSUE_CODES: Readonly<Partial<Record<TissueName, TissueCodes>>> = {
  'epiretinal-membrane': {
    category: abnormalStructure,
    type: own('T03', 'Epiretinal membrane'),
    cieLab: [43828, 44059, 51365],
  },
  'intraretinal-fluid': {
    category: bodySubstance,
    type: own('T05', 'Intraretinal fluid'),
    cieLab: [30821, 51126, 41530],
  },
  'subretinal-fluid': {
    category: bodySubstance,
    type: own('T06', 'Subretinal fluid'),
    cieLab: [29482, 43882, 10586],
  },
  'subretinal-hyperreflective-material': {
    category: abnormalStructure,
    type: own('T07', 'Subretinal hyperreflective material'),
    cieLab: [40007, 42800, 30170],
  },
  'drusenoid-ped': {
    category: abnormalStructure,
    type: own('T09', 'Drusenoid pigment epithelial detachment'),
    cieLab: [37842, 21141, 36174],
  },
  'serous-ped': {
    category: abnormalStructure,
    type: own('T10', 'Serous pigment epithelial detachment'),
    cieLab: [47976, 22606, 29870],
  },
  'fibrovascular-ped': {
    category: abnormalStructure,
    type: own('T11', 'Fibrovascular pigment epithelial detachment'),
    cieLab: [25938, 52514, 14809],
  },
};

export function tissueCodes(tissue: TissueName): TissueCodes {
  const codes = TISSUE_CODES[tissue];
  if (codes === undefined) throw new RangeError(`no segment codes for ${tissue}`);
  return codes;
}
