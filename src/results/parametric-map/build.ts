import { codeItem } from '../../dicom/code.js';
import { DataSet } from '../../dicom/data-set.js';
import { encodeRle } from '../../dicom/rle.js';
import { encapsulate } from '../../dicom/write-data-set.js';
import {
  derivedImage,
  frameGroups,
  positionDimension,
  referencedSeries,
  setDimensions,
  setPlacement,
  sharedGroups,
} from '../derived-image.js';
import type { ResultInput } from '../result-input.js';
import { sourceOrder } from '../segments.js';
import { sourceGeometry } from '../source-geometry.js';
import { LATERALITY_CODES, SCT } from '../standard-codes.js';
import { IMAGE_TYPE, QUANTITY } from './codes.js';

/**
 * A Parametric Map (PS3.3 A.75) of where the networks of an ensemble differ: a 16-bit pixel counts those that see
 * another class than the segmentation shows, and its real-world value is their share. One frame a B-scan, in the order
 * of the source, RLE. `undefined` where the disagreement was not measured (one network, or not asked for), and where the
 * source has no planes: this object must have a Frame of Reference, and none is made up.
 */
export function disagreementMapDataSet(input: ResultInput): DataSet | undefined {
  const { source, volume, findings } = input;
  if (volume === undefined || findings?.dissent === undefined) return undefined;
  const { members, dissenters } = findings.dissent;
  const geometry = sourceGeometry(source, volume);
  if (geometry.planes === undefined) return undefined;
  const order = sourceOrder(volume);
  const size = volume.rows * volume.columns;
  const pixels = new Uint8Array(size * 2);
  const fragments = order.map((frame) => {
    for (let i = 0; i < size; i++) pixels[2 * i] = dissenters[frame * size + i]!;
    return encodeRle(pixels, volume.columns, 2);
  });
  const dataSet = derivedImage(input, 'disagreement-map', {
    label: 'OCT_DISAGREEMENT',
    description: 'Disagreement of the networks',
    frames: order.length,
    rows: volume.rows,
    columns: volume.columns,
    bits: 16,
  })
    .set('ImageType', IMAGE_TYPE)
    .set('PixelPresentation', 'MONOCHROME')
    .set('PresentationLUTShape', 'IDENTITY')
    .set('BurnedInAnnotation', 'NO')
    .set('RecognizableVisualFeatures', 'NO')
    .set('AcquisitionContextSequence', [])
    .set('SharedFunctionalGroupsSequence', shared(sharedGroups(geometry), volume, members))
    .set(
      'PerFrameFunctionalGroupsSequence',
      order.map((frame, index) => frameGroups(input, geometry, frame, [index + 1])),
    )
    .set('ReferencedSeriesSequence', referencedSeries(input))
    .set('PixelData', encapsulate(fragments), 'OB');
  setDimensions(dataSet, input, 'disagreement-map', [positionDimension(geometry)]);
  return setPlacement(dataSet, source, geometry);
}

/** The macros that every frame needs beside its geometry (PS3.3 table A.75-2). */
function shared(
  groups: DataSet,
  { laterality }: NonNullable<ResultInput['volume']>,
  members: number,
): DataSet {
  return groups
    .set(
      // The eye is said here, so that Laterality (0020,0060) may not stand beside it (Type 2C).
      'FrameAnatomySequence',
      DataSet.of({
        FrameLaterality: laterality,
        AnatomicRegionSequence: codeItem(SCT.retina).set(
          'AnatomicRegionModifierSequence',
          codeItem(LATERALITY_CODES[laterality]),
        ),
      }),
    )
    .set('ParametricMapFrameTypeSequence', DataSet.of({ FrameType: IMAGE_TYPE }))
    .set(
      'PixelValueTransformationSequence',
      DataSet.of({ RescaleIntercept: 0, RescaleSlope: 1, RescaleType: 'US' }),
    )
    .set(
      'FrameVOILUTSequence',
      DataSet.of({ WindowCenter: members / 2, WindowWidth: Math.max(1, members) }),
    )
    .set(
      'RealWorldValueMappingSequence',
      DataSet.of({
        RealWorldValueFirstValueMapped: 0,
        RealWorldValueLastValueMapped: members,
        RealWorldValueIntercept: 0,
        RealWorldValueSlope: 1 / members,
        LUTExplanation: QUANTITY.explanation,
        LUTLabel: QUANTITY.label,
        MeasurementUnitsCodeSequence: codeItem(QUANTITY.unit),
        QuantityDefinitionSequence: DataSet.of({
          ValueType: 'CODE',
          ConceptNameCodeSequence: codeItem(QUANTITY.concept),
          ConceptCodeSequence: codeItem(QUANTITY.value),
        }),
      }),
    );
}
