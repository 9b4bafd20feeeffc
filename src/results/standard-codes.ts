import type { Code } from '../dicom/code.js';

function dcm(value: string, meaning: string): Code {
  return { value, scheme: 'DCM', meaning };
}

function sct(value: string, meaning: string): Code {
  return { value, scheme: 'SCT', meaning };
}

/** Codes of PS3.16 and of schemes it uses; a test holds them equal to pydicom's table and SCT to its check digit. */
export const DCM = {
  acquisitionEquipment: dcm('109101', 'Acquisition Equipment'),
  algorithmName: dcm('111001', 'Algorithm Name'),
  algorithmParameters: dcm('111002', 'Algorithm Parameters'),
  algorithmVersion: dcm('111003', 'Algorithm Version'),
  imageLibrary: dcm('111028', 'Image Library'),
  imageQuality: dcm('111101', 'Image Quality'),
  trackingIdentifier: dcm('112039', 'Tracking Identifier'),
  trackingUid: dcm('112040', 'Tracking Unique Identifier'),
  totalRetinalThickness: dcm('111929', 'Total retinal thickness (ILM to BM)'),
  ofInterest: dcm('113000', 'Of Interest'),
  keyObjectDescription: dcm('113012', 'Key Object Description'),
  segmentation: dcm('113076', 'Segmentation'),
  observerType: dcm('121005', 'Observer Type'),
  device: dcm('121007', 'Device'),
  deviceUid: dcm('121012', 'Device Observer UID'),
  deviceName: dcm('121013', 'Device Observer Name'),
  deviceManufacturer: dcm('121014', 'Device Observer Manufacturer'),
  deviceModel: dcm('121015', 'Device Observer Model Name'),
  deviceSerial: dcm('121016', 'Device Observer Serial Number'),
  language: dcm('121049', 'Language of Content Item and Descendants'),
  procedureReported: dcm('121058', 'Procedure reported'),
  finding: dcm('121071', 'Finding'),
  sourceOfMeasurement: dcm('121112', 'Source of Measurement'),
  referencedSegment: dcm('121191', 'Referenced Segment'),
  sourceImageForSegmentation: dcm('121233', 'Source image for segmentation'),
  sourceImageForProcessing: dcm('121322', 'Source image for image processing operation'),
  artificialIntelligence: dcm('123110', 'Artificial Intelligence'),
  background: dcm('125040', 'Background'),
  measurementGroup: dcm('125007', 'Measurement Group'),
  imagingMeasurementReport: dcm('126000', 'Imaging Measurement Report'),
  imagingMeasurements: dcm('126010', 'Imaging Measurements'),
  sumOfSegmentedVoxels: dcm('126030', 'Sum of segmented voxel volumes'),
  imageLibraryGroup: dcm('126200', 'Image Library Group'),
  anteriorRpe: dcm('128297', 'Anterior surface of the RPE'),
  outerBruch: dcm('128300', 'Outer surface of the BM'),
} as const satisfies Record<string, Code>;

export const SCT = {
  present: sct('52101004', 'Present'),
  eye: sct('81745001', 'Eye'),
  retina: sct('5665001', 'Retina'),
  fovea: sct('67046006', 'Fovea centralis'),
  right: sct('24028007', 'Right'),
  left: sct('7771000', 'Left'),
  laterality: sct('272741003', 'Laterality'),
  findingSite: sct('363698007', 'Finding Site'),
  findingCategory: sct('276214006', 'Finding category'),
  measurementMethod: sct('370129005', 'Measurement Method'),
  volume: sct('118565006', 'Volume'),
  octOfRetina: sct('700070005', 'Optical coherence tomography of retina'),
  anatomicalStructure: sct('91723000', 'Anatomical Structure'),
  bodySubstance: sct('91720002', 'Body Substance'),
  abnormalStructure: sct('49755003', 'Morphologically Abnormal Structure'),
  relationalConcept: sct('309825002', 'Spatial and Relational Concept'),
  vitreous: sct('26386000', 'Vitreous'),
  choroid: sct('68703001', 'Choroid of eye'),
  innerLimitingMembrane: sct('280677004', 'ILM - Internal limiting membrane'),
  quantity: sct('246205007', 'Quantity'),
} as const satisfies Record<string, Code>;

export const UNITS = {
  cubicMillimetre: { value: 'mm3', scheme: 'UCUM', meaning: 'cubic millimeter' },
  micrometre: { value: 'um', scheme: 'UCUM', meaning: 'micrometer' },
  none: { value: '1', scheme: 'UCUM', meaning: 'no units' },
  ratio: { value: '{ratio}', scheme: 'UCUM', meaning: 'ratio' },
} as const satisfies Record<string, Code>;

export const LANGUAGE_EN: Code = {
  value: 'en-US',
  scheme: 'RFC5646',
  meaning: 'English (United States)',
};

/** PS3.16 111101 Image Quality takes these. */
export const QUALITY_CODES = {
  acceptable: { value: 'RID12', scheme: 'RADLEX', meaning: 'Diagnostic quality' },
  poor: { value: 'RID13', scheme: 'RADLEX', meaning: 'Limited quality' },
  'not-assessable': { value: 'RID14', scheme: 'RADLEX', meaning: 'Non-diagnostic quality' },
} as const satisfies Record<string, Code>;

export const LATERALITY_CODES = { R: SCT.right, L: SCT.left } as const;
