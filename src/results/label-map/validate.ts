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
import { labelMapsOf, labelSegments, segmentNumbers } from './labels.js';

/** R3 to R7 of a label map that was read back: every pixel is the segment of its tissue. */
export function validateLabelMap(checked: Checked, kind: LabelMapKind): void {
  const { dataSet, input, defects } = checked;
  const { findings } = input;
  const map = labelMapsOf(input, kind)[(dataSet.number('InstanceNumber') ?? 0) - 1];
  checkFrameOfReference(checked);
  checkMatrix(checked);
  checkSamples(checked, 'LABELMAP', 8);
  checkSpacing(checked);
  defects.require(map !== undefined, 'R7', 'a label map of nothing that was found');
  if (map === undefined || findings === undefined) return;
  checkSegments(
    checked,
    labelSegments(input, map).map(({ number, subject, codes }) => ({ number, subject, ...codes })),
  );
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
      Buffer.compare(pixels, segmentNumbers(findings, map, from, pixels.length)) === 0,
  );
}
