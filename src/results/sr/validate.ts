import { codeOf, isSameCode, type Code } from '../../dicom/code.js';
import type { DataSet } from '../../dicom/data-set.js';
import { withItems } from '../code-table.js';
import { CONCEPTS, NOT_ASSESSED, REFERRAL_CODES, RESEARCH_USE_ONLY } from '../coding-scheme.js';
import { isClose, type Defects } from '../defect.js';
import { pixelVolumes } from '../seg/validate.js';
import type { ResultKind } from '../../values/result-kinds.js';
import type { Checked } from '../read-result.js';
import { tracking } from '../identity.js';
import type { ResultInput } from '../result-input.js';
import { SEGMENTED_TISSUES, segmentsOf } from '../segments.js';
import { DCM, SCT, UNITS } from '../standard-codes.js';
import { TISSUE_CODES } from '../tissue-codes.js';
import type { Relationship } from './content-item.js';
import { concept, conceptIs, find, findAll, groupsOf, measuredValue } from './read-items.js';
import { checkMeasurements } from './validate-measurements.js';

/** Which relationship an item of this concept has (PS3.16 TID 1500, 1004, 1411, 1501, 4019). */
const RELATIONSHIPS: readonly (readonly [Code, Relationship])[] = [
  [DCM.language, 'HAS CONCEPT MOD'],
  [DCM.procedureReported, 'HAS CONCEPT MOD'],
  [DCM.observerType, 'HAS OBS CONTEXT'],
  [DCM.deviceUid, 'HAS OBS CONTEXT'],
  [DCM.trackingIdentifier, 'HAS OBS CONTEXT'],
  [DCM.trackingUid, 'HAS OBS CONTEXT'],
  [SCT.findingSite, 'HAS CONCEPT MOD'],
  [SCT.laterality, 'HAS CONCEPT MOD'],
  [SCT.measurementMethod, 'HAS CONCEPT MOD'],
  [DCM.algorithmName, 'HAS CONCEPT MOD'],
  [DCM.finding, 'CONTAINS'],
  [SCT.volume, 'CONTAINS'],
  [DCM.referencedSegment, 'CONTAINS'],
  [CONCEPTS.referralSuggestion, 'CONTAINS'],
  [CONCEPTS.referralProbability, 'CONTAINS'],
  [CONCEPTS.decisiveFrame, 'CONTAINS'],
  [CONCEPTS.referralClass, 'HAS CONCEPT MOD'],
];

type PixelVolumes = ReadonlyMap<number, number>;

/** R5, R8 and R9 of a report that was read back; the volumes are held against the bits of the run's segmentation. */
export function validateReport({ object, dataSet: report, input, defects, run }: Checked): void {
  const segmentation = run.get('segmentation');
  const volumes: PixelVolumes =
    segmentation === undefined ? new Map() : pixelVolumes(segmentation, input);
  checkStructure(report, defects);
  checkEvidence(report, defects);
  const groups = groupsOf(report);
  defects.require(groups.length > 0, 'R8', 'no measurement group');
  for (const group of groups) {
    defects.require(conceptIs(group, DCM.measurementGroup), 'R8', 'another item among the groups');
    defects.require(
      find(group, DCM.trackingUid) !== undefined,
      'R8',
      'a measurement group without tracking identifier',
    );
  }
  checkLesions(groups, volumes, input, defects);
  checkReferral(groups, input, defects);
  checkMeasurements(report, groups, input, defects);
  checkNumbers(report, defects);
  checkPredecessors(report, object.kind, input, defects);
}

function checkStructure(report: DataSet, defects: Defects): void {
  const require = (condition: boolean, what: string): void => {
    defects.require(condition, 'R8', what);
  };
  require(conceptIs(report, DCM.imagingMeasurementReport), 'the root is not a measurement report');
  require(report.item('ContentTemplateSequence')?.text('TemplateIdentifier') ===
    '1500', 'the root does not name template 1500');
  const required = [
    DCM.language,
    DCM.observerType,
    DCM.deviceUid,
    DCM.procedureReported,
    DCM.imageLibrary,
    DCM.imagingMeasurements,
  ];
  for (const code of required) {
    require(findAll(report, code).length === 1, `not exactly one ${code.meaning} under the root`);
  }
  require(report.text('VerificationFlag') === 'UNVERIFIED' &&
    report.text('PreliminaryFlag') ===
      'PRELIMINARY', 'the report is not marked unverified and preliminary');
  for (const item of withItems(report)) {
    if (!item.has('ValueType') || item === report) continue;
    const expected = RELATIONSHIPS.find(([code]) => conceptIs(item, code));
    if (expected === undefined) continue;
    require(item.text('RelationshipType') ===
      expected[1], `${expected[0].meaning} is not ${expected[1]}`);
  }
}

/** R5: each instance that the tree refers to is in the evidence, and the other way round. */
export function checkEvidence(report: DataSet, defects: Defects): void {
  const listed = new Set<string>();
  for (const study of report.items('CurrentRequestedProcedureEvidenceSequence')) {
    for (const item of withItems(study)) {
      const uid = item.text('ReferencedSOPInstanceUID');
      if (uid !== undefined) listed.add(uid);
    }
  }
  const cited = new Set<string>();
  for (const child of report.items('ContentSequence')) {
    for (const item of withItems(child)) {
      const uid = item.text('ReferencedSOPInstanceUID');
      if (uid !== undefined) cited.add(uid);
    }
  }
  const same = listed.size === cited.size && [...cited].every((uid) => listed.has(uid));
  defects.require(same, 'R5', 'the evidence is not what the report refers to');
}

function checkLesions(
  groups: readonly DataSet[],
  volumes: PixelVolumes,
  input: ResultInput,
  defects: Defects,
): void {
  const segments = segmentsOf(input);
  const measured = groups.filter((group) => find(group, SCT.volume) !== undefined);
  const expected =
    input.findings === undefined || input.volume === undefined ? [] : SEGMENTED_TISSUES;
  defects.require(measured.length === expected.length, 'R8', 'another number of lesion groups');
  for (const tissue of expected) {
    const { meaning } = TISSUE_CODES[tissue].type;
    const { uid } = tracking(input, tissue);
    const group = measured.find((item) => find(item, DCM.trackingUid)?.text('UID') === uid);
    defects.require(group !== undefined, 'R8', `no group tracks ${meaning}`);
    if (group === undefined) continue;
    const volume = find(group, SCT.volume);
    const unit = volume?.item('MeasuredValueSequence')?.item('MeasurementUnitsCodeSequence');
    defects.require(
      isSameCode(codeOf(unit), UNITS.cubicMillimetre),
      'R9',
      `${meaning} is not in mm3`,
    );
    const segment = segments.find((candidate) => candidate.tissue === tissue);
    const cited = find(group, DCM.referencedSegment)
      ?.item('ReferencedSOPSequence')
      ?.number('ReferencedSegmentNumber');
    defects.require(cited === segment?.number, 'R5', `${meaning} refers to another segment`);
    const pixels = segment === undefined ? 0 : (volumes.get(segment.number) ?? Number.NaN);
    defects.require(
      isClose(measuredValue(volume), pixels, 0.01),
      'R9',
      `the volume of ${meaning} is not that of the segmentation`,
    );
    const nl = input.findings?.volumesNl[tissue];
    defects.require(
      nl === undefined || isClose(nl / 1000, pixels, 0.01),
      'R9',
      `the volume of ${meaning} is not that of the findings`,
    );
  }
}

function checkReferral(
  groups: readonly DataSet[],
  { decision }: ResultInput,
  defects: Defects,
): void {
  const found = groups.filter((group) => find(group, CONCEPTS.referralSuggestion) !== undefined);
  defects.require(found.length === 1, 'R8', 'not exactly one referral group');
  const group = found[0];
  if (group === undefined) return;
  const suggestion = codeOf(find(group, CONCEPTS.referralSuggestion)?.item('ConceptCodeSequence'));
  const expected = decision.kind === 'assessed' ? REFERRAL_CODES[decision.referral] : NOT_ASSESSED;
  defects.require(isSameCode(suggestion, expected), 'R9', 'the suggestion is not the decision');
  const use = codeOf(find(group, CONCEPTS.intendedUse)?.item('ConceptCodeSequence'));
  defects.require(isSameCode(use, RESEARCH_USE_ONLY), 'R8', 'research use only is not said');
  const probabilities = findAll(group, CONCEPTS.referralProbability).map(measuredValue);
  if (decision.kind === 'not-assessed') {
    const reasons = findAll(group, CONCEPTS.notAssessedReason);
    defects.require(reasons.length === decision.reasons.length, 'R8', 'a reason is missing');
    defects.require(reasons.length > 0, 'R8', 'not assessed without a reason');
    defects.require(probabilities.length === 0, 'R9', 'probabilities of a scan not assessed');
    return;
  }
  const sum = probabilities.reduce((total, value) => total + value, 0);
  defects.require(
    probabilities.length === decision.probabilities.length &&
      probabilities.every((value, index) => isClose(value, decision.probabilities[index]!)),
    'R9',
    'the probabilities are not those of the decision',
  );
  defects.require(Math.abs(sum - 1) < 1e-3, 'R9', 'the probabilities do not add up to 1');
}

/** R5: the earlier documents of the same kind, and no others. */
function checkPredecessors(
  report: DataSet,
  kind: ResultKind,
  { predecessors = [] }: ResultInput,
  defects: Defects,
): void {
  const named = report
    .items('PredecessorDocumentsSequence')
    .flatMap((study) => [...withItems(study)])
    .flatMap((item) => item.text('ReferencedSOPInstanceUID') ?? []);
  const expected = predecessors.filter((earlier) => earlier.kind === kind);
  defects.require(
    named.length === expected.length &&
      expected.every(({ sopInstanceUid }) => named.includes(sopInstanceUid)),
    'R5',
    'the predecessors are not those of this scan',
  );
}

/** Every number is a number; what has no unit and is a probability or a share lies between 0 and 1. */
function checkNumbers(report: DataSet, defects: Defects): void {
  const shares = [
    CONCEPTS.referralProbability,
    CONCEPTS.referralSpread,
    CONCEPTS.pathologyProbability,
    CONCEPTS.retinaShare,
    CONCEPTS.surfaceShare,
    CONCEPTS.disputedShare,
    CONCEPTS.occlusionProbability,
  ];
  for (const item of withItems(report)) {
    if (item.text('ValueType') !== 'NUM') continue;
    const value = measuredValue(item);
    const name = concept(item)?.meaning ?? 'a number';
    const exact = item.item('MeasuredValueSequence')?.number('FloatingPointValue');
    defects.require(Number.isFinite(value) && value >= 0, 'R9', `${name} is not a number`);
    defects.require(
      exact !== undefined && isClose(exact, value),
      'R9',
      `the two forms of ${name} differ`,
    );
    if (shares.some((code) => conceptIs(item, code))) {
      defects.require(value <= 1, 'R9', `${name} is above 1`);
    }
  }
}
