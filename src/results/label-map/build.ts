import type { DataSet } from '../../dicom/data-set.js';
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
import { segmentItem } from '../segment-item.js';
import { sourceOrder } from '../segments.js';
import { sourceGeometry } from '../source-geometry.js';
import { LABEL_MAPS, type LabelMapKind } from './codes.js';
import { labelSegments, segmentNumbers } from './labels.js';

/**
 * A Label Map Segmentation (Supplement 243; PS3.3 C.8.20.2): one frame a B-scan, in the order of the source, a byte a
 * pixel, RLE. The value of a pixel is a Segment Number. 'label-map' shows every class; 'alternative-label-map', where
 * networks of an ensemble contradict the majority, the class that most of those see. `undefined` without findings, of
 * alternatives also where they were not asked for and of one network.
 */
export function labelMapDataSet(input: ResultInput, kind: LabelMapKind): DataSet | undefined {
  const { source, volume, findings } = input;
  if (volume === undefined || findings === undefined) return undefined;
  if (kind === 'alternative-label-map' && findings.dissent === undefined) return undefined;
  const geometry = sourceGeometry(source, volume);
  const order = sourceOrder(volume);
  const size = volume.rows * volume.columns;
  const fragments = order.map((frame) =>
    encodeRle(segmentNumbers(findings, kind, frame * size, size), volume.columns, 1),
  );
  const { label, description } = LABEL_MAPS[kind];
  const dataSet = derivedImage(input, kind, {
    label,
    description,
    frames: order.length,
    rows: volume.rows,
    columns: volume.columns,
    bits: 8,
  })
    .set('SegmentationType', 'LABELMAP')
    .set('SegmentsOverlap', 'NO')
    .set(
      'SegmentSequence',
      labelSegments(input, kind).map((segment) =>
        segmentItem(input, segment.number, segment.subject, segment.label, segment.codes),
      ),
    )
    .set('SharedFunctionalGroupsSequence', sharedGroups(geometry))
    .set(
      'PerFrameFunctionalGroupsSequence',
      order.map((frame, index) => frameGroups(input, geometry, frame, [index + 1])),
    )
    .set('ReferencedSeriesSequence', referencedSeries(input))
    .set('PixelData', encapsulate(fragments), 'OB');
  setDimensions(dataSet, input, kind, [positionDimension(geometry)]);
  return setPlacement(dataSet, source, geometry);
}
