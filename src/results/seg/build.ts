import { codeItem } from '../../dicom/code.js';
import { DataSet } from '../../dicom/data-set.js';
import { DICTIONARY } from '../../dicom/dictionary.js';
import { encodePart10 } from '../../dicom/part10.js';
import { SOP_CLASSES } from '../../dicom/uids.js';
import type { Findings } from '../../values/findings.js';
import type { ResultObject } from '../../values/result-objects.js';
import { TISSUES } from '../../values/tissue.js';
import { cleanText } from '../clean-text.js';
import { commonAttributes, instanceReference } from '../common-attributes.js';
import { ResultError } from '../errors.js';
import { runUid, tracking } from '../identity.js';
import type { ResultInput } from '../result-input.js';
import { segmentsOf, type Segment } from '../segments.js';
import { bySeries, sourceInstances, storedFrame } from '../source-frames.js';
import { DCM, LATERALITY_CODES, SCT } from '../standard-codes.js';
import { tissueCodes } from '../tissue-codes.js';
import { packFrames } from './pack-frames.js';
import { sourceGeometry, type SourceGeometry } from './source-geometry.js';

type Volume = NonNullable<ResultInput['volume']>;

/**
 * A binary Segmentation (PS3.3 A.51) of the fluids and lesions: a segment for each class that is there, a frame for
 * each B-scan that holds it. Each frame refers to the source's own frame number. Without planes in the source there is
 * no Frame of Reference and Derivation Image alone says where a frame belongs (dicom-objects.md §2.3).
 *
 * Throws ResultError where there is nothing to segment (`segmentsOf` is empty), and DicomError on a value that may
 * not be written.
 */
export function buildSegmentation(input: ResultInput): ResultObject {
  const dataSet = segmentationDataSet(input);
  return {
    kind: 'segmentation',
    sopClassUid: SOP_CLASSES.segmentation.uid,
    sopInstanceUid: dataSet.text('SOPInstanceUID')!,
    seriesInstanceUid: dataSet.text('SeriesInstanceUID')!,
    bytes: encodePart10(dataSet),
  };
}

/** The data set of `buildSegmentation`, before it is encoded. */
export function segmentationDataSet(input: ResultInput): DataSet {
  const { source, volume, findings } = input;
  if (volume === undefined || findings === undefined) throw new ResultError('OCT_RESULT_NO_VOLUME');
  const segments = segmentsOf(input);
  if (segments.length === 0) throw new ResultError('OCT_RESULT_NO_SEGMENTS');
  const geometry = sourceGeometry(source, volume);
  const frameCount = segments.reduce((sum, { frames }) => sum + frames.length, 0);

  const dataSet = commonAttributes(input, 'segmentation', SOP_CLASSES.segmentation.uid)
    .set('ImageType', ['DERIVED', 'PRIMARY'])
    .set('ContentLabel', 'OCT_LESIONS')
    .set('ContentDescription', 'Fluids and lesions of the retina, research use only')
    .set('ContentCreatorName', 'OCTriage^Software')
    .set('SamplesPerPixel', 1)
    .set('PhotometricInterpretation', 'MONOCHROME2')
    .set('NumberOfFrames', frameCount)
    .set('Rows', volume.rows)
    .set('Columns', volume.columns)
    .set('BitsAllocated', 1)
    .set('BitsStored', 1)
    .set('HighBit', 0)
    .set('PixelRepresentation', 0)
    .set('SegmentationType', 'BINARY')
    .set('SegmentsOverlap', 'NO')
    .set(
      'SegmentSequence',
      segments.map((segment) => segmentItem(input, volume, findings, segment)),
    )
    .set(
      'DimensionOrganizationSequence',
      DataSet.of({ DimensionOrganizationUID: dimensions(input) }),
    )
    .set('DimensionIndexSequence', dimensionIndex(input, geometry))
    .set('SharedFunctionalGroupsSequence', sharedGroups(geometry))
    .set('PerFrameFunctionalGroupsSequence', perFrameGroups(input, volume, segments, geometry))
    .set(
      'ReferencedSeriesSequence',
      [...bySeries(sourceInstances(input))].map(([seriesUid, instances]) =>
        DataSet.of({
          SeriesInstanceUID: seriesUid,
          ReferencedInstanceSequence: instances.map(({ sopClassUid, sopInstanceUid }) =>
            instanceReference(sopClassUid, sopInstanceUid),
          ),
        }),
      ),
    )
    .set('PixelData', packFrames(findings.tissueMap, volume.rows * volume.columns, segments));
  copyLossyCompression(source, dataSet);
  if (geometry.planes === undefined) {
    // Type 2C: required where planes are missing (PS3.3 C.7.6.1.1.1); unknown, so empty.
    dataSet.set('PatientOrientation', []);
  } else {
    dataSet
      .set('FrameOfReferenceUID', geometry.planes.frameOfReferenceUid)
      .set('PositionReferenceIndicator', []);
  }
  return dataSet;
}

function segmentItem(
  input: ResultInput,
  { laterality }: Volume,
  { modelSet, models }: Findings,
  { number, tissue }: Segment,
): DataSet {
  const { category, type, cieLab } = tissueCodes(tissue);
  const meaning = TISSUES.find(({ name }) => name === tissue)!.meaning;
  const network = models.find(({ role }) => role === 'segmentation');
  const { identifier, uid } = tracking(input, tissue);
  const name = cleanText('LO', modelSet.name) ?? 'OCTriage';
  return DataSet.of({
    SegmentNumber: number,
    SegmentLabel: meaning,
    SegmentDescription: `${meaning}, found by a neural network. Research use only.`,
    SegmentAlgorithmType: 'AUTOMATIC',
    SegmentAlgorithmName: name,
    SegmentationAlgorithmIdentificationSequence: DataSet.of({
      AlgorithmFamilyCodeSequence: codeItem(DCM.artificialIntelligence),
      AlgorithmName: name,
      AlgorithmVersion: cleanText('LO', modelSet.version) ?? 'unknown',
      AlgorithmParameters: `weights SHA-256 ${network?.sha256 ?? modelSet.digest}`,
    }),
    SegmentedPropertyCategoryCodeSequence: codeItem(category),
    SegmentedPropertyTypeCodeSequence: codeItem(type),
    // Laterality (0020,0060) may not stand in a segmentation: the eye is said here.
    AnatomicRegionSequence: codeItem(SCT.retina).set(
      'AnatomicRegionModifierSequence',
      codeItem(LATERALITY_CODES[laterality]),
    ),
    RecommendedDisplayCIELabValue: cieLab,
    TrackingID: identifier,
    TrackingUID: uid,
  });
}

function dimensions(input: ResultInput): string {
  return runUid(input, 'dimension organization');
}

function dimensionIndex(input: ResultInput, { planes }: SourceGeometry): readonly DataSet[] {
  const position =
    planes === undefined
      ? (['InStackPositionNumber', 'FrameContentSequence', 'In-Stack Position Number'] as const)
      : (['ImagePositionPatient', 'PlanePositionSequence', 'Image Position (Patient)'] as const);
  const segment = [
    'ReferencedSegmentNumber',
    'SegmentIdentificationSequence',
    'Referenced Segment Number',
  ] as const;
  return [segment, position].map(([attribute, macro, label]) =>
    DataSet.of({
      DimensionOrganizationUID: dimensions(input),
      DimensionIndexPointer: DICTIONARY[attribute].tag,
      FunctionalGroupPointer: DICTIONARY[macro].tag,
      DimensionDescriptionLabel: label,
    }),
  );
}

function sharedGroups({ pixelMeasures, planes }: SourceGeometry): DataSet {
  const shared = DataSet.of({ PixelMeasuresSequence: pixelMeasures });
  if (planes !== undefined) {
    shared.set(
      'PlaneOrientationSequence',
      DataSet.of({ ImageOrientationPatient: planes.orientation }),
    );
  }
  return shared;
}

function perFrameGroups(
  input: ResultInput,
  { frameNumbers }: Volume,
  segments: readonly Segment[],
  { planes }: SourceGeometry,
): readonly DataSet[] {
  const used = [...new Set(segments.flatMap(({ frames }) => frames))];
  const positions = new Map(
    used
      .sort((a, b) => frameNumbers[a]! - frameNumbers[b]!)
      .map((frame, rank) => [frame, rank + 1]),
  );
  return segments.flatMap(({ number, frames }) =>
    frames.map((frame) => {
      const sourceFrame = frameNumbers[frame]!;
      const { instance, frameNumber } = storedFrame(input, sourceFrame);
      const content = DataSet.of({ DimensionIndexValues: [number, positions.get(frame)!] });
      if (planes === undefined)
        content.set('StackID', '1').set('InStackPositionNumber', sourceFrame);
      const groups = DataSet.of({
        FrameContentSequence: content,
        SegmentIdentificationSequence: DataSet.of({ ReferencedSegmentNumber: number }),
        DerivationImageSequence: DataSet.of({
          DerivationCodeSequence: codeItem(DCM.segmentation),
          SourceImageSequence: instanceReference(instance.sopClassUid, instance.sopInstanceUid)
            .set('ReferencedFrameNumber', frameNumber)
            .set('SpatialLocationsPreserved', 'YES')
            .set('PurposeOfReferenceCodeSequence', codeItem(DCM.sourceImageForProcessing)),
        }),
      });
      if (planes !== undefined) {
        groups.set(
          'PlanePositionSequence',
          DataSet.of({ ImagePositionPatient: planes.position(frame) }),
        );
      }
      return groups;
    }),
  );
}

/** Once lossy, always lossy (PS3.3 C.7.6.1.1.5); ratio and method are required with it. */
function copyLossyCompression(source: DataSet, dataSet: DataSet): void {
  const lossy = source.text('LossyImageCompression') === '01';
  dataSet.set('LossyImageCompression', lossy ? '01' : '00');
  if (!lossy) return;
  const ratios = source.numbers('LossyImageCompressionRatio').filter((ratio) => ratio > 0);
  const methods = source
    .texts('LossyImageCompressionMethod')
    .flatMap((method) => cleanText('CS', method) ?? []);
  if (ratios.length > 0) dataSet.set('LossyImageCompressionRatio', ratios);
  if (methods.length > 0) dataSet.set('LossyImageCompressionMethod', methods);
}
