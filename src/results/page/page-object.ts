import type { DataSet } from '../../dicom/data-set.js';
import type { Checked } from '../read-result.js';
import { sourceInstances } from '../source-frames.js';
import { instanceReference } from '../common-attributes.js';
import type { ResultInput } from '../result-input.js';

/** PS3.3 C.8.6.1: made at a workstation, of no film and no paper. */
const CONVERSION_TYPE = 'WSD';

/** What both objects that hold the page have: how they came about, and that the patient's name is in the picture. */
export function setPageAttributes(dataSet: DataSet): DataSet {
  return dataSet
    .set('ConversionType', CONVERSION_TYPE)
    .set('BurnedInAnnotation', 'YES')
    .set('RecognizableVisualFeatures', 'NO');
}

export function sourceReferences(input: ResultInput): readonly DataSet[] {
  return sourceInstances(input).map(({ sopClassUid, sopInstanceUid }) =>
    instanceReference(sopClassUid, sopInstanceUid),
  );
}

/** R4: as `setPageAttributes` has it. */
export function checkPageAttributes({ dataSet, defects, object }: Checked): void {
  defects.require(
    dataSet.text('BurnedInAnnotation') === 'YES',
    'R4',
    `${object.kind}: the name in the picture is denied`,
  );
}

/** R5: the instances that an object says it was made of are the scan's. */
export function checkSources(
  { input, defects, object }: Checked,
  references: readonly DataSet[],
): void {
  const named = references.map((item) => item.text('ReferencedSOPInstanceUID'));
  const expected = sourceInstances(input).map(({ sopInstanceUid }) => sopInstanceUid);
  defects.require(
    named.length === expected.length && expected.every((uid) => named.includes(uid)),
    'R5',
    `${object.kind}: it is not said to be made of the scan`,
  );
}
