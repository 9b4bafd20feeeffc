import type { Code } from '../dicom/code.js';
import { TISSUE_CIELAB, type CieLab } from '../values/tissue-colour.js';
import type { TissueName } from '../values/tissue.js';
import { SCHEME } from './coding-scheme.js';
import { DCM, SCT } from './standard-codes.js';

/** How one tissue class is coded and coloured as a segment (dicom-objects.md §2.6). */
export interface TissueCodes {
  readonly category: Code;
  readonly type: Code;
  /** Recommended Display CIELab Value (PS3.3 C.10.7.1.1). */
  readonly cieLab: CieLab;
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
    cieLab: TISSUE_CIELAB.vitreous,
  },
  'posterior-hyaloid': {
    category: anatomicalStructure,
    type: own('T02', 'Posterior hyaloid'),
    cieLab: TISSUE_CIELAB['posterior-hyaloid'],
  },
  'epiretinal-membrane': {
    category: abnormalStructure,
    type: own('T03', 'Epiretinal membrane'),
    cieLab: TISSUE_CIELAB['epiretinal-membrane'],
  },
  // 5665001 is the whole retina, pigment epithelium and fluids included.
  'neurosensory-retina': {
    category: anatomicalStructure,
    type: own('T04', 'Neurosensory retina'),
    cieLab: TISSUE_CIELAB['neurosensory-retina'],
  },
  'intraretinal-fluid': {
    category: bodySubstance,
    type: own('T05', 'Intraretinal fluid'),
    cieLab: TISSUE_CIELAB['intraretinal-fluid'],
  },
  'subretinal-fluid': {
    category: bodySubstance,
    type: own('T06', 'Subretinal fluid'),
    cieLab: TISSUE_CIELAB['subretinal-fluid'],
  },
  'subretinal-hyperreflective-material': {
    category: abnormalStructure,
    type: own('T07', 'Subretinal hyperreflective material'),
    cieLab: TISSUE_CIELAB['subretinal-hyperreflective-material'],
  },
  'retinal-pigment-epithelium': {
    category: anatomicalStructure,
    type: own('T08', 'Retinal pigment epithelium'),
    cieLab: TISSUE_CIELAB['retinal-pigment-epithelium'],
  },
  'drusenoid-ped': {
    category: abnormalStructure,
    type: own('T09', 'Drusenoid pigment epithelial detachment'),
    cieLab: TISSUE_CIELAB['drusenoid-ped'],
  },
  'serous-ped': {
    category: abnormalStructure,
    type: own('T10', 'Serous pigment epithelial detachment'),
    cieLab: TISSUE_CIELAB['serous-ped'],
  },
  'fibrovascular-ped': {
    category: abnormalStructure,
    type: own('T11', 'Fibrovascular pigment epithelial detachment'),
    cieLab: TISSUE_CIELAB['fibrovascular-ped'],
  },
  choroid: {
    category: anatomicalStructure,
    type: SCT.choroid,
    cieLab: TISSUE_CIELAB.choroid,
  },
  'mirror-artefact': {
    category: relationalConcept,
    type: own('T13', 'Mirror artefact'),
    cieLab: TISSUE_CIELAB['mirror-artefact'],
  },
  'clipping-artefact': {
    category: relationalConcept,
    type: own('T14', 'Clipping artefact'),
    cieLab: TISSUE_CIELAB['clipping-artefact'],
  },
  'blink-artefact': {
    category: relationalConcept,
    type: own('T15', 'Blink artefact'),
    cieLab: TISSUE_CIELAB['blink-artefact'],
  },
};

/** What a pixel of a label map is that belongs to no class. */
export const BACKGROUND_CODES: TissueCodes = {
  category: relationalConcept,
  type: DCM.background,
  cieLab: [0, 32896, 32896],
};
