import { codeOf, isSameCode } from '../../dicom/code.js';
import { functionalGroups } from '../../dicom/functional-groups.js';
import { isClose } from '../defect.js';
import {
  checkBscans,
  checkFrameOfReference,
  checkMatrix,
  checkSamples,
  checkSpacing,
} from '../image-rules.js';
import type { Checked } from '../read-result.js';
import { QUANTITY } from './codes.js';

/** R3 to R7 and R9 of a disagreement map that was read back. */
export function validateDisagreementMap(checked: Checked): void {
  const { dataSet, input, defects } = checked;
  const { volume, findings } = input;
  checkFrameOfReference(checked);
  defects.require(dataSet.has('FrameOfReferenceUID'), 'R3', 'a parametric map without planes');
  checkMatrix(checked);
  checkSamples(checked, 'none', 16);
  checkSpacing(checked);
  const dissent = findings?.dissent;
  defects.require(dissent !== undefined, 'R7', 'a disagreement that nobody measured');
  if (volume === undefined || dissent === undefined) return;
  defects.require(
    functionalGroups(dataSet).macro('FrameAnatomySequence', 0)?.text('FrameLaterality') ===
      volume.laterality,
    'R1',
    'the map is not of the eye that was scanned',
  );
  checkMapping(checked, dissent.members);
  checkBscans(checked, 2, 'disagreement in', (pixels, from) =>
    pixels.every((value, i) => value === (i % 2 === 0 ? dissent.dissenters[from + i / 2] : 0)),
  );
}

/** R9: a pixel is a number of networks, its real-world value their share. */
function checkMapping({ dataSet, defects }: Checked, members: number): void {
  const mapping = functionalGroups(dataSet).macro('RealWorldValueMappingSequence', 0);
  defects.require(
    isClose(mapping?.number('RealWorldValueSlope') ?? 0, 1 / members) &&
      mapping?.number('RealWorldValueIntercept') === 0 &&
      mapping.number('RealWorldValueFirstValueMapped') === 0 &&
      mapping.number('RealWorldValueLastValueMapped') === members,
    'R9',
    'the real-world values are not shares of the networks',
  );
  defects.require(
    isSameCode(codeOf(mapping?.item('MeasurementUnitsCodeSequence')), QUANTITY.unit),
    'R9',
    'the unit of the map is not a ratio',
  );
  const quantity = mapping?.item('QuantityDefinitionSequence')?.item('ConceptCodeSequence');
  defects.require(
    isSameCode(codeOf(quantity), QUANTITY.value),
    'R9',
    'the map is of another quantity',
  );
}
