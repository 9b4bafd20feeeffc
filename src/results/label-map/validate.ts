import {
  checkFrameOfReference,
  checkMatrix,
  checkSamples,
  checkSegments,
  checkSourceFrame,
  checkSpacing,
} from '../image-rules.js';
import { rleFrame, type Checked } from '../read-result.js';
import { ALL_TISSUES, segmentsOf } from '../segments.js';
import { BACKGROUND_CODES, TISSUE_CODES } from '../tissue-codes.js';
import { BACKGROUND, segmentNumberOf } from './codes.js';

/** R3 to R7 of a label map that was read back: every pixel is the segment of its tissue. */
export function validateLabelMap(checked: Checked): void {
  const { dataSet, fragments, input, defects } = checked;
  const { volume, findings } = input;
  checkFrameOfReference(checked);
  checkMatrix(checked);
  checkSamples(checked, 'LABELMAP', 8);
  checkSpacing(checked);
  checkSegments(checked, [
    { number: BACKGROUND, subject: 'background', ...BACKGROUND_CODES },
    ...segmentsOf(input, ALL_TISSUES).map(({ tissue, label }) => ({
      number: segmentNumberOf(label),
      subject: tissue,
      ...TISSUE_CODES[tissue],
    })),
  ]);
  if (volume === undefined || findings === undefined) return;
  const frames = dataSet.items('PerFrameFunctionalGroupsSequence');
  defects.require(
    frames.length === volume.frames && fragments.length === volume.frames,
    'R4',
    'not a frame for each B-scan',
  );
  const size = volume.rows * volume.columns;
  const shown = new Set<number>();
  frames.forEach((frame, index) => {
    const name = `frame ${String(index + 1)}`;
    defects.require(
      frame.item('SegmentIdentificationSequence') === undefined,
      'R7',
      `${name} of a label map belongs to one segment`,
    );
    const sourceFrame = checkSourceFrame(checked, index);
    defects.require(!shown.has(sourceFrame), 'R5', `${name} shows a source frame again`);
    shown.add(sourceFrame);
    if (sourceFrame === 0) return;
    const from = volume.frameNumbers.indexOf(sourceFrame) * size;
    const pixels = rleFrame(checked, index, 1);
    let equal = pixels !== undefined;
    for (let i = 0; equal && i < size; i++) {
      equal = pixels![i] === segmentNumberOf(findings.tissueMap[from + i]!);
    }
    defects.require(equal, 'R7', `${name} does not show the tissue map of its source frame`);
  });
}
