import { functionalGroups } from '../../dicom/functional-groups.js';
import { checkFrameOfReference, checkSamples, checkSegments, sameNumbers } from '../image-rules.js';
import type { Checked } from '../read-result.js';
import { sourceFrameOf } from '../source-frames.js';
import { SCT } from '../standard-codes.js';
import { SURFACES } from './codes.js';
import { NOT_FOUND, surfacesOf, type SurfaceHeights } from './surfaces.js';

/** R3 to R7 of a height map that was read back. */
export function validateHeightMap(checked: Checked): void {
  const { dataSet, input, defects } = checked;
  const surfaces = surfacesOf(input);
  checkFrameOfReference(checked);
  defects.require(dataSet.has('FrameOfReferenceUID'), 'R3', 'a height map without planes');
  checkSamples(checked, 'HEIGHTMAP', 32);
  checkSegments(
    checked,
    surfaces.map(({ name }, index) => ({
      number: index + 1,
      subject: name,
      category: SCT.anatomicalStructure,
      type: SURFACES.find((surface) => surface.name === name)!.type,
    })),
  );
  checkSizes(checked);
  checkRows(checked);
  const groups = functionalGroups(dataSet);
  surfaces.forEach(({ name }, index) => {
    const number = groups
      .macro('SegmentIdentificationSequence', index)
      ?.number('ReferencedSegmentNumber');
    defects.require(number === index + 1, 'R7', `the frame of ${name} belongs to another segment`);
  });
  checkHeights(checked, surfaces);
}

/** R4: a row for each source frame, a column for each A-scan, a frame for each surface. */
function checkSizes({ dataSet, pixels, input, defects }: Checked): void {
  const rows = dataSet.number('Rows') ?? 0;
  const columns = dataSet.number('Columns') ?? 0;
  const frames = dataSet.number('NumberOfFrames') ?? 0;
  defects.require(
    rows === input.source.number('NumberOfFrames') && columns === input.source.number('Columns'),
    'R4',
    'not a row for each source frame and a column for each A-scan',
  );
  defects.require(
    frames === dataSet.items('SegmentSequence').length &&
      frames === dataSet.items('PerFrameFunctionalGroupsSequence').length,
    'R4',
    'not a frame for each surface',
  );
  defects.require(
    pixels.length === 4 * rows * columns * frames,
    'R4',
    'Float Pixel Data has not the length of its frames',
  );
  defects.require(
    dataSet.number('FloatPixelPaddingValue') === NOT_FOUND,
    'R4',
    'the padding value is not that of what was not found',
  );
}

/** R5: the rows are the source's frames in their order. */
function checkRows({ dataSet, input, defects }: Checked): void {
  const images =
    functionalGroups(dataSet).macro('DerivationImageSequence', 0)?.items('SourceImageSequence') ??
    [];
  const count = input.source.number('NumberOfFrames') ?? 1;
  const all = Array.from({ length: count }, (_, index) => index + 1);
  const shown = images.flatMap((image) => {
    const uid = image.text('ReferencedSOPInstanceUID');
    const stored = image.numbers('ReferencedFrameNumber');
    const whole = stored.length === 0 && images.length === 1 && input.parts === undefined;
    return (whole ? all : stored).map((number) => sourceFrameOf(input, uid, number));
  });
  defects.require(sameNumbers(shown, all), 'R5', 'the rows are not the frames of the source');
}

/** R4: depths lie in the B-scan. R7: they are those of the tissue map. */
function checkHeights(
  { pixels, input, defects }: Checked,
  surfaces: readonly SurfaceHeights[],
): void {
  const rows = input.source.number('Rows') ?? 0;
  const view = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const values = Float32Array.from({ length: pixels.length >> 2 }, (_, i) =>
    view.getFloat32(4 * i, true),
  );
  defects.require(
    values.every((value) => value === NOT_FOUND || (value >= 0 && value <= rows)),
    'R4',
    'a height outside the B-scan',
  );
  let at = 0;
  for (const { name, heights } of surfaces) {
    const from = at;
    at += heights.length;
    defects.require(
      heights.every((height, index) => values[from + index] === height),
      'R7',
      `the heights of ${name} are not those of the tissue map`,
    );
  }
}
