import type { DataSet } from '../../dicom/data-set.js';
import { functionalGroups } from '../../dicom/functional-groups.js';
import { isClose, type Defects } from '../defect.js';
import type { ResultInput } from '../result-input.js';
import { segmentsOf, type Segment } from '../segments.js';
import { sourceFrameOf, sourceInstances } from '../source-frames.js';
import { isPackedFrame } from './pack-frames.js';

interface Checked {
  readonly segmentation: DataSet;
  readonly pixels: Uint8Array;
  /** What the tissue map asks for. */
  readonly segments: readonly Segment[];
  readonly input: ResultInput;
  readonly defects: Defects;
}

/** R3 to R7 of a segmentation that was read back; `pixels` is its Pixel Data. */
export function validateSegmentation(
  segmentation: DataSet,
  pixels: Uint8Array,
  input: ResultInput,
  defects: Defects,
): void {
  const checked = { segmentation, pixels, segments: segmentsOf(input), input, defects };
  checkFrameOfReference(segmentation, input.source, defects);
  checkSizes(segmentation, pixels, input.source, defects);
  checkSegments(checked);
  checkSpacing(segmentation, input, defects);
  segmentation.items('PerFrameFunctionalGroupsSequence').forEach((frame, index) => {
    checkFrame(checked, frame, index);
  });
}

function checkFrameOfReference(segmentation: DataSet, source: DataSet, defects: Defects): void {
  const own = segmentation.text('FrameOfReferenceUID');
  const groups = functionalGroups(segmentation);
  const planes =
    groups.isPerFrame('PlanePositionSequence') ||
    groups.macro('PlaneOrientationSequence', 0) !== undefined;
  defects.require(
    own === undefined || own === source.text('FrameOfReferenceUID'),
    'R3',
    'Frame of Reference is not the source’s',
  );
  defects.require(own !== undefined || !planes, 'R3', 'planes without Frame of Reference');
}

function checkSizes(
  segmentation: DataSet,
  pixels: Uint8Array,
  source: DataSet,
  defects: Defects,
): void {
  const rows = segmentation.number('Rows') ?? 0;
  const columns = segmentation.number('Columns') ?? 0;
  const frames = segmentation.number('NumberOfFrames') ?? 0;
  defects.require(rows > 0 && rows === source.number('Rows'), 'R4', 'Rows are not the source’s');
  defects.require(
    columns > 0 && columns === source.number('Columns'),
    'R4',
    'Columns are not the source’s',
  );
  defects.require(
    frames > 0 && frames === segmentation.items('PerFrameFunctionalGroupsSequence').length,
    'R4',
    'Number of Frames is not that of the functional groups',
  );
  const bytes = Math.ceil((frames * rows * columns) / 8);
  defects.require(
    pixels.length === bytes + (bytes % 2),
    'R4',
    'Pixel Data has not the length of its frames',
  );
  defects.require(
    segmentation.text('SegmentationType') === 'BINARY' &&
      segmentation.number('BitsAllocated') === 1 &&
      segmentation.number('BitsStored') === 1 &&
      segmentation.number('HighBit') === 0 &&
      segmentation.number('SamplesPerPixel') === 1,
    'R4',
    'not one bit a pixel',
  );
}

function checkSegments({ segmentation, segments: expected, defects }: Checked): void {
  const items = segmentation.items('SegmentSequence');
  defects.require(
    items.every((item, index) => item.number('SegmentNumber') === index + 1),
    'R7',
    'segments are not numbered from 1 without gaps',
  );
  defects.require(items.length === expected.length, 'R7', 'another number of segments');
  const frameCount = expected.reduce((sum, { frames }) => sum + frames.length, 0);
  defects.require(
    segmentation.number('NumberOfFrames') === frameCount,
    'R7',
    'another number of frames than the tissue map has',
  );
  defects.require(segmentation.text('SegmentsOverlap') === 'NO', 'R7', 'overlap is not denied');
  defects.require(!segmentation.has('Laterality'), 'R4', 'Laterality may not stand here');
}

function checkSpacing(
  segmentation: DataSet,
  { source, volume }: ResultInput,
  defects: Defects,
): void {
  const own = functionalGroups(segmentation).macro('PixelMeasuresSequence', 0);
  const first = (volume?.frameNumbers[0] ?? 1) - 1;
  const theirs = functionalGroups(source).macro('PixelMeasuresSequence', first);
  const spacing = own?.numbers('PixelSpacing') ?? [];
  defects.require(spacing.length === 2, 'R6', 'Pixel Spacing is missing');
  const sourceSpacing = theirs?.numbers('PixelSpacing') ?? [];
  const known = sourceSpacing.length === 2 && sourceSpacing.every((value) => value > 0);
  const expected = known
    ? sourceSpacing
    : [volume?.spacing.axial ?? 0, volume?.spacing.lateral ?? 0];
  defects.require(sameNumbers(spacing, expected), 'R6', 'Pixel Spacing is not the source’s');
}

function checkFrame(
  { segmentation, pixels, segments, input, defects }: Checked,
  frame: DataSet,
  index: number,
): void {
  const { source, volume, findings } = input;
  const name = `frame ${String(index + 1)}`;
  const reference = frame.item('DerivationImageSequence')?.item('SourceImageSequence');
  const instanceUid = reference?.text('ReferencedSOPInstanceUID');
  const sourceFrame = sourceFrameOf(
    input,
    instanceUid,
    reference?.number('ReferencedFrameNumber') ?? 0,
  );
  defects.require(
    sourceInstances(input).some(({ sopInstanceUid }) => sopInstanceUid === instanceUid),
    'R5',
    `${name} is not derived from the source`,
  );
  const count = source.number('NumberOfFrames') ?? 1;
  const exists = Number.isInteger(sourceFrame) && sourceFrame >= 1 && sourceFrame <= count;
  defects.require(exists, 'R5', `${name} refers to a source frame that does not exist`);

  const number = frame.item('SegmentIdentificationSequence')?.number('ReferencedSegmentNumber');
  const segment = segments.find((candidate) => candidate.number === number);
  defects.require(segment !== undefined, 'R7', `${name} belongs to no segment`);
  const indices = frame.item('FrameContentSequence')?.numbers('DimensionIndexValues') ?? [];
  defects.require(
    indices.length === 2 && indices[0] === number,
    'R7',
    `${name} has Dimension Index Values of another segment`,
  );
  if (!exists || volume === undefined || findings === undefined) return;
  checkPlane(segmentation, source, index, sourceFrame, defects);
  const ours = volume.frameNumbers.indexOf(sourceFrame);
  const size = volume.rows * volume.columns;
  const map = findings.tissueMap.subarray(ours * size, (ours + 1) * size);
  defects.require(
    ours >= 0 && segment !== undefined && isPackedFrame(pixels, index, map, segment.label),
    'R7',
    `${name} does not show the tissue map of its source frame`,
  );
}

/** No metadata rule of the public validators compares a plane with the source's (dicom-objects.md §3.2). */
function checkPlane(
  segmentation: DataSet,
  source: DataSet,
  index: number,
  sourceFrame: number,
  defects: Defects,
): void {
  if (segmentation.text('FrameOfReferenceUID') === undefined) return;
  const own = functionalGroups(segmentation);
  const theirs = functionalGroups(source);
  for (const [macro, keyword, what] of PLANE_ATTRIBUTES) {
    const ours = own.macro(macro, index)?.numbers(keyword) ?? [];
    const expected = theirs.macro(macro, sourceFrame - 1)?.numbers(keyword) ?? [];
    defects.require(
      ours.length > 0 && sameNumbers(ours, expected),
      'R6',
      `frame ${String(index + 1)} has not the ${what} of its source frame`,
    );
  }
}

const PLANE_ATTRIBUTES = [
  ['PlanePositionSequence', 'ImagePositionPatient', 'position'],
  ['PlaneOrientationSequence', 'ImageOrientationPatient', 'orientation'],
] as const;

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => isClose(value, b[index]!));
}
