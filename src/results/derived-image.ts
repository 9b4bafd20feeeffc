import { codeItem } from '../dicom/code.js';
import { DataSet } from '../dicom/data-set.js';
import { DICTIONARY, type Keyword } from '../dicom/dictionary.js';
import type { ResultKind } from '../values/result-kinds.js';
import { cleanText } from './clean-text.js';
import { commonAttributes, instanceReference } from './common-attributes.js';
import { runUid } from './identity.js';
import type { ResultInput } from './result-input.js';
import { bySeries, sourceInstances, storedFrame } from './source-frames.js';
import type { SourceGeometry } from './source-geometry.js';
import { DCM } from './standard-codes.js';

/** What all images derived from a scan have: content, matrix, dimensions, functional groups, references and lossiness. */

export interface ContentAndMatrix {
  readonly label: string;
  readonly description: string;
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  /** Of a sample; absent where the samples are floats. */
  readonly bits?: number;
  /** Its place among the objects of its kind, where there are several. */
  readonly instanceNumber?: number;
}

/** The common attributes with the Content Identification macro (PS3.3 10.9) and Image Pixel (C.7.6.3) of one sample. */
export function derivedImage(
  input: ResultInput,
  kind: ResultKind,
  { label, description, frames, rows, columns, bits, instanceNumber }: ContentAndMatrix,
): DataSet {
  const dataSet = commonAttributes(input, kind, instanceNumber)
    .set('ImageType', ['DERIVED', 'PRIMARY'])
    .set('ContentLabel', label)
    .set('ContentDescription', `${description}, research use only`)
    .set('ContentCreatorName', 'OCTriage^Software')
    .set('SamplesPerPixel', 1)
    .set('PhotometricInterpretation', 'MONOCHROME2')
    .set('NumberOfFrames', frames)
    .set('Rows', rows)
    .set('Columns', columns);
  if (bits === undefined) return dataSet.set('BitsAllocated', 32);
  return dataSet
    .set('BitsAllocated', bits)
    .set('BitsStored', bits)
    .set('HighBit', bits - 1)
    .set('PixelRepresentation', 0);
}

/** One item of the Multi-frame Dimension Module (PS3.3 C.7.6.17). */
export type Dimension = readonly [attribute: Keyword, macro: Keyword, label: string];

export const SEGMENT_DIMENSION: Dimension = [
  'ReferencedSegmentNumber',
  'SegmentIdentificationSequence',
  'Referenced Segment Number',
];

/** The position of a frame: in space where the source has planes, else in its stack. */
export function positionDimension({ planes }: SourceGeometry): Dimension {
  return planes === undefined
    ? ['InStackPositionNumber', 'FrameContentSequence', 'In-Stack Position Number']
    : ['ImagePositionPatient', 'PlanePositionSequence', 'Image Position (Patient)'];
}

export function setDimensions(
  dataSet: DataSet,
  input: ResultInput,
  kind: ResultKind,
  dimensions: readonly Dimension[],
): DataSet {
  const uid = runUid(input, 'dimension organization', kind);
  return dataSet
    .set('DimensionOrganizationSequence', DataSet.of({ DimensionOrganizationUID: uid }))
    .set(
      'DimensionIndexSequence',
      dimensions.map(([attribute, macro, label]) =>
        DataSet.of({
          DimensionOrganizationUID: uid,
          DimensionIndexPointer: DICTIONARY[attribute].tag,
          FunctionalGroupPointer: DICTIONARY[macro].tag,
          DimensionDescriptionLabel: label,
        }),
      ),
    );
}

/** Pixel measures, and the orientation where there are planes: the same for every frame. */
export function sharedGroups({ pixelMeasures, planes }: SourceGeometry): DataSet {
  const shared = DataSet.of({ PixelMeasuresSequence: pixelMeasures });
  if (planes !== undefined) {
    shared.set(
      'PlaneOrientationSequence',
      DataSet.of({ ImageOrientationPatient: planes.orientation }),
    );
  }
  return shared;
}

/**
 * The groups of a frame that lies where frame `frame` of the volume lies: what it is derived from, its dimension indices
 * and its place. Without planes only the derivation says where that is (dicom-objects.md §2.3).
 */
export function frameGroups(
  input: ResultInput,
  { planes }: SourceGeometry,
  frame: number,
  dimensionIndices: readonly number[],
): DataSet {
  const sourceFrame = input.volume!.frameNumbers[frame]!;
  const content = DataSet.of({ DimensionIndexValues: dimensionIndices });
  if (planes === undefined) content.set('StackID', '1').set('InStackPositionNumber', sourceFrame);
  const groups = DataSet.of({
    FrameContentSequence: content,
    DerivationImageSequence: derivation(sourceImage(input, [sourceFrame])),
  });
  if (planes !== undefined) {
    groups.set(
      'PlanePositionSequence',
      DataSet.of({ ImagePositionPatient: planes.position(frame) }),
    );
  }
  return groups;
}

/** PS3.3 C.7.6.16.2.6. */
export function derivation(sourceImages: readonly DataSet[]): DataSet {
  return DataSet.of({
    DerivationCodeSequence: codeItem(DCM.segmentation),
    SourceImageSequence: sourceImages,
  });
}

/** References to source frames (from 1) in their order: an item for each run of frames that lie in one instance. */
export function sourceImage(
  input: ResultInput,
  sourceFrames: readonly number[],
): readonly DataSet[] {
  const runs: { readonly item: DataSet; readonly uid: string; readonly numbers: number[] }[] = [];
  for (const sourceFrame of sourceFrames) {
    const { instance, frameNumber } = storedFrame(input, sourceFrame);
    const last = runs.at(-1);
    if (last?.uid === instance.sopInstanceUid) {
      last.numbers.push(frameNumber);
      continue;
    }
    const item = instanceReference(instance.sopClassUid, instance.sopInstanceUid)
      .set('SpatialLocationsPreserved', 'YES')
      .set('PurposeOfReferenceCodeSequence', codeItem(DCM.sourceImageForProcessing));
    runs.push({ item, uid: instance.sopInstanceUid, numbers: [frameNumber] });
  }
  return runs.map(({ item, numbers }) => item.set('ReferencedFrameNumber', numbers));
}

/** Common Instance Reference without the study: OHIF and cornerstone find the source's series here. */
export function referencedSeries(input: ResultInput): readonly DataSet[] {
  return [...bySeries(sourceInstances(input))].map(([seriesUid, instances]) =>
    DataSet.of({
      SeriesInstanceUID: seriesUid,
      ReferencedInstanceSequence: instances.map(({ sopClassUid, sopInstanceUid }) =>
        instanceReference(sopClassUid, sopInstanceUid),
      ),
    }),
  );
}

/** The source's Frame of Reference or none; and what is lossy stays lossy. */
export function setPlacement(dataSet: DataSet, source: DataSet, geometry: SourceGeometry): DataSet {
  copyLossyCompression(source, dataSet);
  // Patient Orientation is Type 2C: required where planes are missing (PS3.3 C.7.6.1.1.1); unknown, so empty.
  return geometry.planes === undefined
    ? dataSet.set('PatientOrientation', [])
    : dataSet
        .set('FrameOfReferenceUID', geometry.planes.frameOfReferenceUid)
        .set('PositionReferenceIndicator', []);
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
