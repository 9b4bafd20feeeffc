import { codeOf, isSameCode } from '../../dicom/code.js';
import { decisiveFrames } from '../decisive-frames.js';
import { sameNumbers } from '../image-rules.js';
import type { Checked } from '../read-result.js';
import { sourceFrameOf } from '../source-frames.js';
import { checkEvidence } from '../sr/validate.js';
import { DESCRIPTION, TEMPLATE, TITLE } from './codes.js';

/** R5 and R8 of a key object selection that was read back. */
export function validateKeyObjects(checked: Checked): void {
  const { dataSet, input, defects } = checked;
  defects.require(
    isSameCode(codeOf(dataSet.item('ConceptNameCodeSequence')), TITLE) &&
      dataSet.text('ValueType') === 'CONTAINER' &&
      dataSet.item('ContentTemplateSequence')?.text('TemplateIdentifier') === TEMPLATE,
    'R8',
    'not a key object selection of frames of interest',
  );
  const items = dataSet.items('ContentSequence');
  defects.require(
    items.every((item) => item.text('RelationshipType') === 'CONTAINS'),
    'R8',
    'an item of the selection is not CONTAINS',
  );
  const descriptions = items.filter((item) =>
    isSameCode(codeOf(item.item('ConceptNameCodeSequence')), DESCRIPTION),
  );
  defects.require(
    descriptions.length === 1 &&
      /RESEARCH USE ONLY/u.test(descriptions[0]!.text('TextValue') ?? ''),
    'R8',
    'research use only is not said',
  );
  checkEvidence(dataSet, defects);
  const shown = items
    .filter((item) => item.text('ValueType') === 'IMAGE')
    .flatMap((item) => {
      const reference = item.item('ReferencedSOPSequence');
      const uid = reference?.text('ReferencedSOPInstanceUID');
      return (reference?.numbers('ReferencedFrameNumber') ?? []).map((number) =>
        sourceFrameOf(input, uid, number),
      );
    });
  const expected = decisiveFrames(input).map(({ frame }) => input.volume!.frameNumbers[frame]!);
  defects.require(
    sameNumbers(shown, expected),
    'R5',
    'the selection is not of the decisive frames',
  );
}
