import { DataSet } from '../../dicom/data-set.js';
import { encodeRle } from '../../dicom/rle.js';
import { encapsulate } from '../../dicom/write-data-set.js';
import { TISSUES } from '../../values/tissue.js';
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
import { ALL_TISSUES, segmentsOf, sourceOrder } from '../segments.js';
import { sourceGeometry } from '../source-geometry.js';
import { BACKGROUND_CODES, TISSUE_CODES } from '../tissue-codes.js';
import { BACKGROUND, segmentNumberOf } from './codes.js';

/**
 * A Label Map Segmentation (Supplement 243; PS3.3 C.8.20.2) of every class: one frame a B-scan, in the order of the
 * source, a byte a pixel, RLE. The value of a pixel is a Segment Number. `undefined` without findings.
 */
export function labelMapDataSet(input: ResultInput): DataSet | undefined {
  const { source, volume, findings } = input;
  if (volume === undefined || findings === undefined) return undefined;
  const geometry = sourceGeometry(source, volume);
  const order = sourceOrder(volume);
  const size = volume.rows * volume.columns;
  const numbers = Uint8Array.from(TISSUES, (_, label) => segmentNumberOf(label));
  const pixels = new Uint8Array(size);
  const fragments = order.map((frame) => {
    for (let i = 0; i < size; i++) pixels[i] = numbers[findings.tissueMap[frame * size + i]!]!;
    return encodeRle(pixels, volume.columns, 1);
  });
  const dataSet = derivedImage(input, 'label-map', {
    label: 'OCT_LABELS',
    description: 'Tissues of the retina',
    frames: order.length,
    rows: volume.rows,
    columns: volume.columns,
    bits: 8,
  })
    .set('SegmentationType', 'LABELMAP')
    .set('SegmentsOverlap', 'NO')
    .set('SegmentSequence', [
      segmentItem(input, BACKGROUND, 'background', 'Background', BACKGROUND_CODES),
      ...segmentsOf(input, ALL_TISSUES).map(({ tissue, label }) =>
        segmentItem(
          input,
          segmentNumberOf(label),
          tissue,
          TISSUES[label]!.meaning,
          TISSUE_CODES[tissue],
        ),
      ),
    ])
    .set('SharedFunctionalGroupsSequence', sharedGroups(geometry))
    .set(
      'PerFrameFunctionalGroupsSequence',
      order.map((frame, index) => frameGroups(input, geometry, frame, [index + 1])),
    )
    .set('ReferencedSeriesSequence', referencedSeries(input))
    .set('PixelData', encapsulate(fragments), 'OB');
  setDimensions(dataSet, input, 'label-map', [positionDimension(geometry)]);
  return setPlacement(dataSet, source, geometry);
}
