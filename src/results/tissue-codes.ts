import type { Code } from '../dicom/code.js';
import type { TissueName } from '../values/tissue.js';
import { SCHEME } from './coding-scheme.js';
import { DCM, SCT } from './standard-codes.js';

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

const { abnormalStructure, anatomicalStructure, bodySubstance, relationalConcept } = SCT;

/** All classes of TISSUES; the sclera is within the choroid's. */
export const TISSUE_CODES: Readonly<Record<TissueName, TissueCodes>> = {
  vitreous: {
    category: anatomicalStructure,
    type: SCT.vitreous,
    cieLab: [17756, 32897, 32895],
  },
  'posterior-hyaloid': {
    category: anatomicalStructure,
    type: own('T02', 'Posterior hyaloid'),
    cieLab: [65535, 32897, 32893],
  },
  'epiretinal-membrane': {
    category: abnormalStructure,
    type: own('T03', 'Epiretinal membrane'),
    cieLab: [43828, 44059, 51365],
  },
  // 5665001 is the whole retina, pigment epithelium and fluids included.
  'neurosensory-retina': {
    category: anatomicalStructure,
    type: own('T04', 'Neurosensory retina'),
    cieLab: [45761, 29808, 23959],
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
  'retinal-pigment-epithelium': {
    category: anatomicalStructure,
    type: own('T08', 'Retinal pigment epithelium'),
    cieLab: [58401, 29471, 52288],
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
  choroid: {
    category: anatomicalStructure,
    type: SCT.choroid,
    cieLab: [24554, 39693, 43429],
  },
  'mirror-artefact': {
    category: relationalConcept,
    type: own('T13', 'Mirror artefact'),
    cieLab: [31976, 29723, 46802],
  },
  'clipping-artefact': {
    category: relationalConcept,
    type: own('T14', 'Clipping artefact'),
    cieLab: [25062, 32897, 32895],
  },
  'blink-artefact': {
    category: relationalConcept,
    type: own('T15', 'Blink artefact'),
    cieLab: [7382, 32896, 32895],
  },
};

/** What a pixel of a label map is that belongs to no class. */
export const BACKGROUND_CODES: TissueCodes = {
  category: relationalConcept,
  type: DCM.background,
  cieLab: [0, 32896, 32896],
};
