import {
  checkBscans,
  checkFrameOfReference,
  checkMatrix,
  checkSamples,
  checkSegments,
  checkSpacing,
} from '../image-rules.js';
import type { Checked } from '../read-result.js';
import { ALL_TISSUES, segmentsOf } from '../segments.js';
import { BACKGROUND_CODES, TISSUE_CODES } from '../tissue-codes.js';
import { BACKGROUND, segmentNumberOf } from './codes.js';

/** R3 to R7 of a label map that was read back: every pixel is the segment of its tissue. */
export function validateLabelMap(checked: Checked): void {
  const { dataSet, input, defects } = checked;
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
  dataSet.items('PerFrameFunctionalGroupsSequence').forEach((frame, index) => {
    defects.require(
      frame.item('SegmentIdentificationSequence') === undefined,
      'R7',
      `frame ${String(index + 1)} of a label map belongs to one segment`,
    );
  });
  checkBscans(checked, 1, 'tissue map of', (pixels, from) =>
    pixels.every((value, i) => value === segmentNumberOf(findings.tissueMap[from + i]!)),
  );
}
