import { functionalGroups } from '../../dicom/functional-groups.js';
import {
  checkFrameOfReference,
  checkMatrix,
  checkSamples,
  checkSegments,
  checkSourceFrame,
  checkSpacing,
} from '../image-rules.js';
import type { Checked, ReadResult } from '../read-result.js';
import type { ResultInput } from '../result-input.js';
import { segmentsOf, type Segment } from '../segments.js';
import { TISSUE_CODES } from '../tissue-codes.js';
import { SEGMENTATIONS, type SegmentationKind } from './codes.js';
import { countFrame, isPackedFrame } from './pack-frames.js';

/** R3 to R7 of a binary segmentation that was read back. */
export function validateSegmentation(checked: Checked, kind: SegmentationKind): void {
  const { dataSet, pixels, input, defects } = checked;
  const segments = segmentsOf(input, SEGMENTATIONS[kind].tissues);
  checkFrameOfReference(checked);
  checkMatrix(checked);
  checkSamples(checked, 'BINARY', 1);
  checkSpacing(checked);
  checkSegments(
    checked,
    segments.map(({ number, tissue }) => ({ number, subject: tissue, ...TISSUE_CODES[tissue] })),
  );
  const frames = dataSet.number('NumberOfFrames') ?? 0;
  const size = (dataSet.number('Rows') ?? 0) * (dataSet.number('Columns') ?? 0);
  const bytes = Math.ceil((frames * size) / 8);
  defects.require(
    pixels.length === bytes + (bytes % 2),
    'R4',
    'Pixel Data has not the length of its frames',
  );
  defects.require(
    frames === segments.reduce((sum, segment) => sum + segment.frames.length, 0),
    'R7',
    'another number of frames than the tissue map has',
  );
  defects.require(dataSet.text('SegmentsOverlap') === 'NO', 'R7', 'overlap is not denied');
  dataSet.items('PerFrameFunctionalGroupsSequence').forEach((_, index) => {
    checkFrame(checked, segments, index);
  });
}

function checkFrame(checked: Checked, segments: readonly Segment[], index: number): void {
  const { dataSet, pixels, input, defects } = checked;
  const { volume, findings } = input;
  const name = `frame ${String(index + 1)}`;
  const sourceFrame = checkSourceFrame(checked, index);
  const groups = functionalGroups(dataSet);
  const number = groups
    .macro('SegmentIdentificationSequence', index)
    ?.number('ReferencedSegmentNumber');
  const segment = segments.find((candidate) => candidate.number === number);
  defects.require(segment !== undefined, 'R7', `${name} belongs to no segment`);
  const indices =
    groups.macro('FrameContentSequence', index)?.numbers('DimensionIndexValues') ?? [];
  defects.require(
    indices.length === 2 && indices[0] === number,
    'R7',
    `${name} has Dimension Index Values of another segment`,
  );
  if (sourceFrame === 0 || volume === undefined || findings === undefined) return;
  const ours = volume.frameNumbers.indexOf(sourceFrame);
  const size = volume.rows * volume.columns;
  const map = findings.tissueMap.subarray(ours * size, (ours + 1) * size);
  defects.require(
    ours >= 0 && segment !== undefined && isPackedFrame(pixels, index, map, segment.label),
    'R7',
    `${name} does not show the tissue map of its source frame`,
  );
}

/** R9: mm³ by segment number, counted anew in the bits that would be sent. */
export function pixelVolumes(
  { dataSet, pixels }: ReadResult,
  { volume }: ResultInput,
): ReadonlyMap<number, number> {
  const volumes = new Map<number, number>();
  if (volume === undefined) return volumes;
  const { frame, axial, lateral } = volume.spacing;
  const size = (dataSet.number('Rows') ?? 0) * (dataSet.number('Columns') ?? 0);
  dataSet.items('PerFrameFunctionalGroupsSequence').forEach((item, index) => {
    const number =
      item.item('SegmentIdentificationSequence')?.number('ReferencedSegmentNumber') ?? 0;
    const mm3 = countFrame(pixels, index, size) * frame * axial * lateral;
    volumes.set(number, (volumes.get(number) ?? 0) + mm3);
  });
  return volumes;
}
