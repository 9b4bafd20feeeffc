import type { DataSet } from '../../dicom/data-set.js';
import { TISSUES } from '../../values/tissue.js';
import { commonAttributes, RESEARCH_SENTENCE } from '../common-attributes.js';
import { decisiveFrames } from '../decisive-frames.js';
import type { ResultInput } from '../result-input.js';
import { container, image, text } from '../sr/content-item.js';
import { frameReferences } from '../sr/decisive-frame-items.js';
import { sourceEvidence } from '../sr/evidence.js';
import { legibleText } from '../sr/legible-text.js';
import { DESCRIPTION, TEMPLATE, TITLE } from './codes.js';

/**
 * A Key Object Selection (PS3.3 A.35.4, PS3.16 TID 2010) of the frames that carried the decision. `undefined` where
 * there is none: a selection of nothing is not valid.
 */
export function keyObjectsDataSet(input: ResultInput): DataSet | undefined {
  const decisive = decisiveFrames(input);
  if (decisive.length === 0) return undefined;
  const numbers = decisive.map(({ frame }) => input.volume!.frameNumbers[frame]!);
  const root = container(
    'CONTAINS',
    TITLE,
    [
      text('CONTAINS', DESCRIPTION, legibleText(description(input))),
      ...frameReferences(input, numbers).map((reference) =>
        image('CONTAINS', undefined, reference),
      ),
    ],
    TEMPLATE,
  );
  // The root has no relationship (PS3.3 C.17.3).
  root.delete('RelationshipType');
  const selection = commonAttributes(input, 'key-objects')
    .set('ReferencedPerformedProcedureStepSequence', [])
    .set('CurrentRequestedProcedureEvidenceSequence', sourceEvidence(input, numbers));
  for (const element of root.elements()) selection.setElement(element);
  return selection;
}

function description(input: ResultInput): string {
  const frames = decisiveFrames(input).map(({ frame, tissues }) => {
    const seen = tissues.map((tissue) => TISSUES.find(({ name }) => name === tissue)!.meaning);
    return `frame ${String(input.volume!.frameNumbers[frame])}: ${seen.join(', ')}`;
  });
  return `The B-scans that show most of each finding. ${frames.join('; ')}. ${RESEARCH_SENTENCE}`;
}
