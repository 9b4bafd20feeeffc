import { DataSet } from '../../dicom/data-set.js';
import { TISSUES } from '../../values/tissue.js';
import {
  derivedImage,
  frameGroups,
  positionDimension,
  referencedSeries,
  SEGMENT_DIMENSION,
  setDimensions,
  setPlacement,
  sharedGroups,
} from '../derived-image.js';
import type { ResultInput } from '../result-input.js';
import { segmentItem } from '../segment-item.js';
import { segmentsOf, type Segment } from '../segments.js';
import { sourceGeometry, type SourceGeometry } from '../source-geometry.js';
import { TISSUE_CODES } from '../tissue-codes.js';
import { SEGMENTATIONS, type SegmentationKind } from './codes.js';
import { packFrames } from './pack-frames.js';

/**
 * A binary Segmentation (PS3.3 A.51): a segment for each class that is there, a frame for each B-scan that holds it.
 * Each frame refers to the source's own frame number. Without planes in the source there is no Frame of Reference and
 * Derivation Image alone says where a frame belongs (dicom-objects.md §2.3).
 *
 * `undefined` where nothing was segmented: a segmentation without frames is not valid. Throws DicomError on a value that
 * may not be written.
 */
export function segmentationDataSet(
  input: ResultInput,
  kind: SegmentationKind = 'segmentation',
): DataSet | undefined {
  const { source, volume, findings } = input;
  const { tissues, contentLabel, contentDescription } = SEGMENTATIONS[kind];
  const segments = segmentsOf(input, tissues);
  if (volume === undefined || findings === undefined || segments.length === 0) return undefined;
  const geometry = sourceGeometry(source, volume);
  const dataSet = derivedImage(input, kind, {
    label: contentLabel,
    description: contentDescription,
    frames: segments.reduce((sum, { frames }) => sum + frames.length, 0),
    rows: volume.rows,
    columns: volume.columns,
    bits: 1,
  })
    .set('SegmentationType', 'BINARY')
    .set('SegmentsOverlap', 'NO')
    .set(
      'SegmentSequence',
      segments.map(({ number, tissue, label }) =>
        segmentItem(input, number, tissue, TISSUES[label]!.meaning, TISSUE_CODES[tissue]),
      ),
    )
    .set('SharedFunctionalGroupsSequence', sharedGroups(geometry))
    .set('PerFrameFunctionalGroupsSequence', perFrameGroups(input, segments, geometry))
    .set('ReferencedSeriesSequence', referencedSeries(input))
    .set('PixelData', packFrames(findings.tissueMap, volume.rows * volume.columns, segments));
  setDimensions(dataSet, input, kind, [SEGMENT_DIMENSION, positionDimension(geometry)]);
  return setPlacement(dataSet, source, geometry);
}

function perFrameGroups(
  input: ResultInput,
  segments: readonly Segment[],
  geometry: SourceGeometry,
): readonly DataSet[] {
  const { frameNumbers } = input.volume!;
  const used = [...new Set(segments.flatMap(({ frames }) => frames))];
  const positions = new Map(
    used
      .sort((a, b) => frameNumbers[a]! - frameNumbers[b]!)
      .map((frame, rank) => [frame, rank + 1]),
  );
  return segments.flatMap(({ number, frames }) =>
    frames.map((frame) =>
      frameGroups(input, geometry, frame, [number, positions.get(frame)!]).set(
        'SegmentIdentificationSequence',
        DataSet.of({ ReferencedSegmentNumber: number }),
      ),
    ),
  );
}
