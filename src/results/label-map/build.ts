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
import { LABEL_MAPS, type LabelMap, type LabelMapKind } from './codes.js';
import { labelMapsOf, labelSegments, segmentNumbers } from './labels.js';

/**
 * Label Map Segmentations (Supplement 243; PS3.3 C.8.20.2): one frame a B-scan, in the order of the source, a byte a
 * pixel, RLE. The value of a pixel is a Segment Number. 'label-map' shows every class; 'alternative-label-map', where
 * networks of an ensemble contradict the majority, the class that most of those see; 'network-label-map' every class as
 * each network alone sees it, an object a network. None without findings, and of the last two none where they were not
 * asked for or one network read the scan.
 */
export function labelMapDataSets(input: ResultInput, kind: LabelMapKind): readonly DataSet[] {
  return labelMapsOf(input, kind).map((map) => labelMapDataSet(input, map));
}

function labelMapDataSet(input: ResultInput, map: LabelMap): DataSet {
  const { kind, number: instanceNumber } = map;
  const { source } = input;
  const [volume, findings] = [input.volume!, input.findings!];
  const geometry = sourceGeometry(source, volume);
  const order = sourceOrder(volume);
  const size = volume.rows * volume.columns;
  const fragments = order.map((frame) =>
    encodeRle(segmentNumbers(findings, map, frame * size, size), volume.columns, 1),
  );
  const { label, description } = LABEL_MAPS[kind](instanceNumber);
  const dataSet = derivedImage(input, kind, {
    label,
    description,
    frames: order.length,
    rows: volume.rows,
    columns: volume.columns,
    bits: 8,
    instanceNumber,
  })
    .set('SegmentationType', 'LABELMAP')
    .set('SegmentsOverlap', 'NO')
    .set(
      'SegmentSequence',
      labelSegments(input, map).map((segment) =>
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
