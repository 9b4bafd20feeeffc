import { codeOf, isSameCode } from '../../dicom/code.js';
import { functionalGroups } from '../../dicom/functional-groups.js';
import { isClose } from '../defect.js';
import {
  checkFrameOfReference,
  checkMatrix,
  checkSamples,
  checkSourceFrame,
  checkSpacing,
} from '../image-rules.js';
import { rleFrame, type Checked } from '../read-result.js';
import { QUANTITY } from './codes.js';

/** R3 to R7 and R9 of a disagreement map that was read back. */
export function validateDisagreementMap(checked: Checked): void {
  const { dataSet, fragments, input, defects } = checked;
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
  const frames = dataSet.items('PerFrameFunctionalGroupsSequence');
  defects.require(
    frames.length === volume.frames && fragments.length === volume.frames,
    'R4',
    'not a frame for each B-scan',
  );
  const size = volume.rows * volume.columns;
  const shown = new Set<number>();
  frames.forEach((_, index) => {
    const name = `frame ${String(index + 1)}`;
    const sourceFrame = checkSourceFrame(checked, index);
    defects.require(!shown.has(sourceFrame), 'R5', `${name} shows a source frame again`);
    shown.add(sourceFrame);
    if (sourceFrame === 0) return;
    const from = volume.frameNumbers.indexOf(sourceFrame) * size;
    const pixels = rleFrame(checked, index, 2);
    const same = (i: number): boolean =>
      pixels![2 * i] === dissent.dissenters[from + i] && pixels![2 * i + 1] === 0;
    let equal = pixels !== undefined;
    for (let i = 0; equal && i < size; i++) equal = same(i);
    defects.require(equal, 'R7', `${name} does not show the disagreement in its source frame`);
  });
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
