import { codeItem } from '../dicom/code.js';
import { DataSet } from '../dicom/data-set.js';
import type { Findings } from '../values/findings.js';
import { cleanText } from './clean-text.js';
import { tracking, type Tracked } from './identity.js';
import type { ResultInput } from './result-input.js';
import { DCM, LATERALITY_CODES, SCT } from './standard-codes.js';
import type { TissueCodes } from './tissue-codes.js';

/** An item of Segment Sequence (PS3.3 C.8.20.4): what it is, who found it, how it is tracked and coloured. */
export function segmentItem(
  input: ResultInput,
  number: number,
  subject: Tracked,
  label: string,
  { category, type, cieLab }: TissueCodes,
): DataSet {
  const { identifier, uid } = tracking(input, subject);
  return DataSet.of({
    SegmentNumber: number,
    SegmentLabel: label,
    SegmentDescription: `${label}, found by a neural network. Research use only.`,
    SegmentAlgorithmType: 'AUTOMATIC',
    ...algorithm(input.findings!),
    SegmentedPropertyCategoryCodeSequence: codeItem(category),
    SegmentedPropertyTypeCodeSequence: codeItem(type),
    // Laterality (0020,0060) may not stand in a segmentation: the eye is said here.
    AnatomicRegionSequence: codeItem(SCT.retina).set(
      'AnatomicRegionModifierSequence',
      codeItem(LATERALITY_CODES[input.volume!.laterality]),
    ),
    RecommendedDisplayCIELabValue: cieLab,
    TrackingID: identifier,
    TrackingUID: uid,
  });
}

function algorithm({ modelSet, models }: Findings) {
  const network = models.find(({ role }) => role === 'segmentation');
  const name = cleanText('LO', modelSet.name) ?? 'OCTriage';
  return {
    SegmentAlgorithmName: name,
    SegmentationAlgorithmIdentificationSequence: DataSet.of({
      AlgorithmFamilyCodeSequence: codeItem(DCM.artificialIntelligence),
      AlgorithmName: name,
      AlgorithmVersion: cleanText('LO', modelSet.version) ?? 'unknown',
      AlgorithmParameters: `weights SHA-256 ${network?.sha256 ?? modelSet.digest}`,
    }),
  };
}
