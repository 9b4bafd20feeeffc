import type { DataSet } from '../dicom/data-set.js';
import { functionalGroups } from '../dicom/functional-groups.js';
import { codeOf, isSameCode, type Code } from '../dicom/code.js';
import { isClose, type Defects } from './defect.js';
import { tracking, type Tracked } from './identity.js';
import { rleFrame, type Checked } from './read-result.js';
import { sourceFrameOf, sourceInstances } from './source-frames.js';
import { sourceGeometry } from './source-geometry.js';
import { DCM } from './standard-codes.js';

/** Rules that every image derived from a scan is held against, whatever its pixels mean. */

/** R3: the source's Frame of Reference exactly where the source has planes. */
export function checkFrameOfReference({ dataSet, input, defects }: Checked): void {
  const own = dataSet.text('FrameOfReferenceUID');
  const groups = functionalGroups(dataSet);
  const planes =
    groups.isPerFrame('PlanePositionSequence') ||
    groups.macro('PlaneOrientationSequence', 0) !== undefined;
  defects.require(
    own === undefined || own === input.source.text('FrameOfReferenceUID'),
    'R3',
    'Frame of Reference is not the source’s',
  );
  defects.require(own !== undefined || !planes, 'R3', 'planes without Frame of Reference');
  const { volume } = input;
  const theirs = volume && sourceGeometry(input.source, volume).planes;
  defects.require(
    (own === undefined) === (theirs === undefined),
    'R3',
    'the Frame of Reference of the source is missing, or one is made up',
  );
}

/** R4: the matrix is the source's, and the frames are as many as announced. */
export function checkMatrix({ dataSet, input, defects }: Checked): void {
  const frames = dataSet.number('NumberOfFrames') ?? 0;
  for (const keyword of ['Rows', 'Columns'] as const) {
    const own = dataSet.number(keyword) ?? 0;
    defects.require(
      own > 0 && own === input.source.number(keyword),
      'R4',
      `${keyword} are not the source’s`,
    );
  }
  defects.require(
    frames > 0 && frames === dataSet.items('PerFrameFunctionalGroupsSequence').length,
    'R4',
    'Number of Frames is not that of the functional groups',
  );
}

/** R4: how a sample is stored. */
export function checkSamples({ dataSet, defects }: Checked, type: string, bits: number): void {
  const stored = dataSet.number('BitsStored');
  defects.require(
    (dataSet.text('SegmentationType') ?? 'none') === type &&
      dataSet.number('BitsAllocated') === bits &&
      (bits === 32 || (stored === bits && dataSet.number('HighBit') === bits - 1)) &&
      (bits === 32 || dataSet.number('PixelRepresentation') === 0) &&
      dataSet.number('SamplesPerPixel') === 1 &&
      dataSet.text('PhotometricInterpretation') === 'MONOCHROME2',
    'R4',
    'the samples are not of the form of this object',
  );
}

/** R6: Pixel Spacing and Slice Thickness of the source, or those of the volume where the source has none. */
export function checkSpacing({ dataSet, input, defects }: Checked): void {
  const own = functionalGroups(dataSet).macro('PixelMeasuresSequence', 0);
  const { volume, source } = input;
  if (volume === undefined) return;
  const expected = sourceGeometry(source, volume).pixelMeasures;
  defects.require(
    sameNumbers(own?.numbers('PixelSpacing') ?? [], expected.numbers('PixelSpacing')),
    'R6',
    'Pixel Spacing is not the source’s',
  );
  defects.require(
    sameNumbers(own?.numbers('SliceThickness') ?? [], expected.numbers('SliceThickness')),
    'R6',
    'Slice Thickness is not the source’s',
  );
}

/**
 * R5, R6 of one frame that lies where a source frame lies. Returns the source frame (from 1), or 0 where it refers to
 * none. No rule of the public validators compares a plane with the source's (dicom-objects.md §3.2).
 */
export function checkSourceFrame({ dataSet, input, defects }: Checked, index: number): number {
  const name = `frame ${String(index + 1)}`;
  const image = functionalGroups(dataSet)
    .macro('DerivationImageSequence', index)
    ?.item('SourceImageSequence');
  const instanceUid = image?.text('ReferencedSOPInstanceUID');
  const stored = image?.numbers('ReferencedFrameNumber') ?? [];
  defects.require(
    sourceInstances(input).some(({ sopInstanceUid }) => sopInstanceUid === instanceUid),
    'R5',
    `${name} is not derived from the source`,
  );
  const sourceFrame = stored.length === 1 ? sourceFrameOf(input, instanceUid, stored[0]!) : 0;
  const count = input.source.number('NumberOfFrames') ?? 1;
  const exists = Number.isInteger(sourceFrame) && sourceFrame >= 1 && sourceFrame <= count;
  defects.require(exists, 'R5', `${name} refers to a source frame that does not exist`);
  if (!exists) return 0;
  checkPlane(dataSet, input.source, index, sourceFrame, defects);
  if (dataSet.text('FrameOfReferenceUID') === undefined) {
    const content = functionalGroups(dataSet).macro('FrameContentSequence', index);
    defects.require(
      content?.number('InStackPositionNumber') === sourceFrame,
      'R6',
      `${name} has not the stack position of its source frame`,
    );
  }
  return sourceFrame;
}

function checkPlane(
  dataSet: DataSet,
  source: DataSet,
  index: number,
  sourceFrame: number,
  defects: Defects,
): void {
  if (dataSet.text('FrameOfReferenceUID') === undefined) return;
  const own = functionalGroups(dataSet);
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

/** What a segment must say of itself. */
export interface ExpectedSegment {
  readonly number: number;
  readonly subject: Tracked;
  readonly category: Code;
  readonly type: Code;
}

/** R7: the segments, each with its code, its tracking UID and the algorithm that found it. */
export function checkSegments(checked: Checked, expected: readonly ExpectedSegment[]): void {
  const { dataSet, input, defects } = checked;
  const items = dataSet.items('SegmentSequence');
  defects.require(items.length === expected.length, 'R7', 'another number of segments');
  defects.require(
    items.every((item, index) => item.number('SegmentNumber') === expected[index]?.number),
    'R7',
    'the segments are not numbered as they should be',
  );
  items.forEach((item, index) => {
    const segment = expected[index];
    if (segment === undefined) return;
    const name = segment.type.meaning;
    defects.require(
      isSameCode(codeOf(item.item('SegmentedPropertyTypeCodeSequence')), segment.type) &&
        isSameCode(codeOf(item.item('SegmentedPropertyCategoryCodeSequence')), segment.category),
      'R7',
      `the segment of ${name} is coded as something else`,
    );
    defects.require(
      item.text('TrackingUID') === tracking(input, segment.subject).uid,
      'R7',
      `the segment of ${name} is tracked as something else`,
    );
    const algorithm = item
      .item('SegmentationAlgorithmIdentificationSequence')
      ?.item('AlgorithmFamilyCodeSequence');
    defects.require(
      item.text('SegmentAlgorithmType') === 'AUTOMATIC' &&
        isSameCode(codeOf(algorithm), DCM.artificialIntelligence),
      'R7',
      `the segment of ${name} does not say that a network found it`,
    );
  });
  defects.require(!dataSet.has('Laterality'), 'R4', 'Laterality may not stand here');
}

/**
 * R4, R5 and R7 of an image with a frame for each B-scan: each shows one source frame, and its pixels are right.
 * @param isShown are these the pixels for the voxels from `from` on in the volume?
 */
export function checkBscans(
  checked: Checked,
  bytesPerSample: 1 | 2,
  what: string,
  isShown: (pixels: Uint8Array, from: number) => boolean,
): void {
  const { dataSet, fragments, input, defects } = checked;
  const { volume } = input;
  if (volume === undefined) return;
  const frames = dataSet.items('PerFrameFunctionalGroupsSequence');
  defects.require(
    frames.length === volume.frames && fragments.length === volume.frames,
    'R4',
    'not a frame for each B-scan',
  );
  const shown = new Set<number>();
  frames.forEach((_, index) => {
    const name = `frame ${String(index + 1)}`;
    const sourceFrame = checkSourceFrame(checked, index);
    defects.require(!shown.has(sourceFrame), 'R5', `${name} shows a source frame again`);
    shown.add(sourceFrame);
    if (sourceFrame === 0) return;
    const size = volume.rows * volume.columns;
    const pixels = rleFrame(checked, index, bytesPerSample);
    const equal =
      pixels?.length === size * bytesPerSample &&
      isShown(pixels, volume.frameNumbers.indexOf(sourceFrame) * size);
    defects.require(equal, 'R7', `${name} does not show the ${what} its source frame`);
  });
}

export function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => isClose(value, b[index]!));
}
