import type { Code } from '../dicom/code.js';
import { DataSet } from '../dicom/data-set.js';
import { CODING_SCHEME_UID } from '../dicom/uids.js';
import { NOT_ASSESSED_REASONS } from '../values/not-assessed-reason.js';
import {
  PATHOLOGIES,
  REFERRAL_CLASSES,
  REFERRAL_CODE_VALUES,
  type ReferralClass,
} from '../values/referral-class.js';

/** Our private coding scheme: only what no standard scheme says (dicom-objects.md §2.8). A code is never re-used. */
export const SCHEME = '99OCTRIAGE';

function own(value: string, meaning: string): Code {
  return { value, scheme: SCHEME, meaning };
}

/** De Fauw's referral classes. */
export const REFERRAL_CODES = {
  urgent: own(...REFERRAL_CODE_VALUES.urgent),
  'semi-urgent': own(...REFERRAL_CODE_VALUES['semi-urgent']),
  routine: own(...REFERRAL_CODE_VALUES.routine),
  'observation-only': own(...REFERRAL_CODE_VALUES['observation-only']),
} as const satisfies Record<ReferralClass, Code>;

export const NOT_ASSESSED = own(...REFERRAL_CODE_VALUES['not-assessed']);

export const PATHOLOGY_CODES: readonly Code[] = PATHOLOGIES.map(({ meaning }, index) =>
  own(`P${String(index + 1).padStart(2, '0')}`, meaning),
);

export const CONCEPTS = {
  referralSuggestion: own('REFSUG', 'Referral suggestion'),
  referralProbability: own('REFPROB', 'Predicted probability of referral class'),
  referralSpread: own('REFSPREAD', 'Standard deviation over the ensemble'),
  costMatrix: own('REFCOST', 'Cost matrix'),
  referralReason: own('REFWHY', 'Rule applied'),
  referralClass: own('REFCLASS', 'Referral class'),
  pathology: own('PATH', 'Pathology'),
  pathologyProbability: own('PATHPROB', 'Predicted probability of pathology'),
  notAssessedReason: own('NOTWHY', 'Reason for not assessed'),
  reasonDetail: own('NOTDETAIL', 'What was found'),
  reasonAdvice: own('NOTADVICE', 'Explanation of the reason'),
  presence: own('PRESENCE', 'Presence of finding'),
  intendedUse: own('USE', 'Intended use'),
  intendedUseStatement: own('USETEXT', 'Statement of intended use'),
  qualityCriterion: own('QCRIT', 'Quality criterion'),
  qualityAdvice: own('QADVICE', 'Advice to the operator'),
  modelSet: own('MODELSET', 'Model set'),
  model: own('MODEL', 'Network file'),
  executionProvider: own('PROVIDER', 'Execution provider'),
  ensemble: own('ENSEMBLE', 'Members of the ensemble that answered'),
  deviceProfile: own('PROFILE', 'Device profile'),
  normalisationStep: own('NORMSTEP', 'Normalisation step'),
  otherScan: own('OTHERSCAN', 'Another scan of this eye'),
  retinaShare: own('RETSHARE', 'Share of A-scans with retina'),
  segmentationNote: own('SEGNOTE', 'Note on the segmentation'),
  gridCentre: own('GRIDCENTRE', 'Centre of the grid'),
  gridCentreNote: own('GRIDNOTE', 'How the centre of the grid was found'),
  surfaceShare: own('SURFSHARE', 'Share of A-scans in which the surface was found'),
  decisiveFrame: own('DECFRAME', 'Frame that shows most of a finding'),
  notMeasured: own('NOTMEAS', 'What was not measured, and why'),
  occlusionProbability: own('OCCPROB', 'Predicted probability of class without this finding'),
  leastVolume: own('VOLLEAST', 'Least volume by one network alone'),
  mostVolume: own('VOLMOST', 'Most volume by one network alone'),
  disputedVolume: own('VOLDISPUTE', 'Volume that the networks do not label alike'),
  disputedShare: own('DISSHARE', 'Share of the retina in which a network contradicts the others'),
  trainingDistance: own('TRAINDIST', 'Distance from the training scans in their spread'),
  networkDisagreement: own('NETDISAGREE', 'Share of networks that disagree with the segmentation'),
} as const satisfies Record<string, Code>;

export const RESEARCH_USE_ONLY = own('RUO', 'Research use only');
export const SCAN_CENTRE = own('SCANCENTRE', 'Centre of the scan');
export const FINDING_ABSENT = own('ABSENT', 'Not found by the algorithm');
/** What a group of measurements is about. */
export const SUBJECTS = {
  referral: own('SREF', 'Referral'),
  quality: own('SQUAL', 'Scan quality'),
  analysis: own('SANA', 'Analysis'),
  thickness: own('STHICK', 'Retinal thickness'),
} as const satisfies Record<string, Code>;

export const NOT_ASSESSED_CODES = Object.fromEntries(
  Object.entries(NOT_ASSESSED_REASONS).map(([name, { code, meaning }]) => [
    name,
    own(code, meaning),
  ]),
) as Readonly<Record<keyof typeof NOT_ASSESSED_REASONS, Code>>;

/** The probabilities of a vector with the codes of their classes. */
export function withReferralCodes<T>(values: readonly T[]): readonly (readonly [Code, T])[] {
  return REFERRAL_CLASSES.flatMap((name, index) => {
    const value = values[index];
    return value === undefined ? [] : [[REFERRAL_CODES[name], value] as const];
  });
}

/** Says whose the private codes are (PS3.3 C.12.1, Coding Scheme Identification Sequence). */
export function codingSchemeIdentification(): DataSet {
  return DataSet.of({
    CodingSchemeDesignator: SCHEME,
    CodingSchemeUID: CODING_SCHEME_UID,
    CodingSchemeName: 'OCTriage private codes',
    CodingSchemeResponsibleOrganization: 'OCTriage project',
  });
}
