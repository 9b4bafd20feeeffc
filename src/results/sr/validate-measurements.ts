import { codeOf, isSameCode, type Code } from '../../dicom/code.js';
import type { DataSet } from '../../dicom/data-set.js';
import { withItems } from '../code-table.js';
import { CONCEPTS } from '../coding-scheme.js';
import { decisiveFrames } from '../decisive-frames.js';
import { isClose, type Defects } from '../defect.js';
import { SURFACES } from '../height-map/codes.js';
import { tracking } from '../identity.js';
import { sameNumbers } from '../image-rules.js';
import type { ResultInput } from '../result-input.js';
import { SEGMENTED_TISSUES } from '../segments.js';
import { sourceFrameOf } from '../source-frames.js';
import { DCM, LATERALITY_CODES, SCT, UNITS } from '../standard-codes.js';
import { CENTRE_POINT, LOINC_CODES, TOTAL_VOLUME } from '../thickness/codes.js';
import { etdrsGrid } from '../thickness/etdrs-grid.js';
import { conceptIs, find, findAll, measuredValue } from './read-items.js';

/** R1, R5, R8 and R9 of what a report says beside volumes and referral. */
export function checkMeasurements(
  report: DataSet,
  groups: readonly DataSet[],
  input: ResultInput,
  defects: Defects,
): void {
  checkEye(report, input, defects);
  checkThickness(groups, input, defects);
  checkSurfaces(groups, input, defects);
  checkDecisiveFrames(groups, input, defects);
  checkOcclusion(groups, input, defects);
}

/** R1: every laterality in the tree is that of the scan. */
function checkEye(report: DataSet, { volume }: ResultInput, defects: Defects): void {
  const expected = volume && LATERALITY_CODES[volume.laterality];
  for (const item of withItems(report)) {
    if (!conceptIs(item, SCT.laterality)) continue;
    const eye = codeOf(item.item('ConceptCodeSequence'));
    defects.require(
      expected !== undefined && isSameCode(eye, expected),
      'R1',
      'the report is of the other eye',
    );
  }
}

/** R9: each number of the grid with its unit; what was not measured is not there. */
function checkThickness(groups: readonly DataSet[], input: ResultInput, defects: Defects): void {
  const grid = etdrsGrid(input);
  const group = tracked(groups, input, 'thickness');
  defects.require(
    (group === undefined) === (grid === undefined),
    'R8',
    'a thickness group where none was measured, or none where it was',
  );
  if (group === undefined || grid === undefined) return;
  defects.require(
    isSameCode(codeOf(find(group, SCT.findingSite)?.item('ConceptCodeSequence')), SCT.eye),
    'R8',
    'the site of the thickness group is not the eye',
  );
  const centre = codeOf(find(group, CONCEPTS.gridCentre)?.item('ConceptCodeSequence'));
  defects.require(
    isSameCode(centre, SCT.fovea) === (grid.centre.by === 'fovea'),
    'R9',
    'the grid is said to lie elsewhere',
  );
  const expected = new Map<Code, number | undefined>([
    [CENTRE_POINT, grid.centrePointUm],
    ...grid.subfields.map(({ code, um }) => [code, um] as const),
    [TOTAL_VOLUME, grid.totalVolumeMm3],
  ]);
  for (const code of LOINC_CODES) {
    const item = find(group, code);
    const value = expected.get(code);
    defects.require(
      item === undefined ? value === undefined : isClose(measuredValue(item), value ?? Number.NaN),
      'R9',
      `${code.meaning} is not what was measured`,
    );
    const unit = codeOf(item?.item('MeasuredValueSequence')?.item('MeasurementUnitsCodeSequence'));
    const right = code === TOTAL_VOLUME ? UNITS.cubicMillimetre : UNITS.micrometre;
    defects.require(
      item === undefined || isSameCode(unit, right),
      'R9',
      `${code.meaning} has another unit`,
    );
  }
}

/** R8: surfaces are tracked as in the height map. */
function checkSurfaces(groups: readonly DataSet[], input: ResultInput, defects: Defects): void {
  if (input.volume === undefined || input.findings === undefined) return;
  for (const { name, type } of SURFACES) {
    const group = tracked(groups, input, name);
    const finding = group && codeOf(find(group, DCM.finding)?.item('ConceptCodeSequence'));
    defects.require(isSameCode(finding, type), 'R8', `no group tracks ${type.meaning}`);
  }
}

/** R5: the frames that the report points to are the decisive ones. */
function checkDecisiveFrames(
  groups: readonly DataSet[],
  input: ResultInput,
  defects: Defects,
): void {
  const shown = groups
    .flatMap((group) => findAll(group, CONCEPTS.decisiveFrame))
    .flatMap((item) => {
      const reference = item.item('ReferencedSOPSequence');
      return (reference?.numbers('ReferencedFrameNumber') ?? []).map((number) =>
        sourceFrameOf(input, reference?.text('ReferencedSOPInstanceUID'), number),
      );
    });
  const expected = decisiveFrames(input).map(({ frame }) => input.volume!.frameNumbers[frame]!);
  defects.require(
    sameNumbers(shown, expected),
    'R5',
    'the report does not point to the decisive frames',
  );
}

/** R9: what the decision would be without a finding stands with that finding. */
function checkOcclusion(groups: readonly DataSet[], input: ResultInput, defects: Defects): void {
  for (const tissue of SEGMENTED_TISSUES) {
    const group = tracked(groups, input, tissue);
    if (group === undefined) continue;
    const said = findAll(group, CONCEPTS.occlusionProbability).map(measuredValue);
    const found = input.findings?.occlusion?.find((occlusion) => occlusion.tissue === tissue);
    const expected =
      input.decision.kind === 'assessed' && found !== undefined ? found.referral.without : [];
    defects.require(
      sameNumbers(said, expected),
      'R9',
      'the probabilities without a finding are not those of the findings',
    );
  }
}

function tracked(
  groups: readonly DataSet[],
  input: ResultInput,
  subject: Parameters<typeof tracking>[1],
): DataSet | undefined {
  const { uid } = tracking(input, subject);
  return groups.find((group) => find(group, DCM.trackingUid)?.text('UID') === uid);
}
