import {
  checkBscans,
  checkFrameOfReference,
  checkMatrix,
  checkSamples,
  checkSegments,
  checkSpacing,
} from '../image-rules.js';
import type { Checked } from '../read-result.js';
import type { LabelMapKind } from './codes.js';
import { labelSegments, segmentNumbers } from './labels.js';

/** R3 to R7 of a label map that was read back: every pixel is the segment of its tissue. */
export function validateLabelMap(checked: Checked, kind: LabelMapKind): void {
  const { dataSet, input, defects } = checked;
  const { volume, findings } = input;
  checkFrameOfReference(checked);
  checkMatrix(checked);
  checkSamples(checked, 'LABELMAP', 8);
  checkSpacing(checked);
  checkSegments(
    checked,
    labelSegments(input, kind).map(({ number, subject, codes }) => ({ number, subject, ...codes })),
  );
  if (volume === undefined || findings === undefined) return;
  dataSet.items('PerFrameFunctionalGroupsSequence').forEach((frame, index) => {
    defects.require(
      frame.item('SegmentIdentificationSequence') === undefined,
      'R7',
      `frame ${String(index + 1)} of a label map belongs to one segment`,
    );
  });
  checkBscans(
    checked,
    1,
    'tissue map of',
    (pixels, from) =>
      Buffer.compare(pixels, segmentNumbers(findings, kind, from, pixels.length)) === 0,
  );
}
