import type { DataSet } from '../dicom/data-set.js';
import type { Keyword } from '../dicom/dictionary.js';
import { isUid } from '../dicom/uid.js';
import type { ResultObject } from '../values/result-objects.js';
import { legalTexts } from './clean-text.js';
import { checkCodes, withItems } from './code-table.js';
import { BUILDERS } from './builders.js';
import { Defects, type Defect } from './defect.js';
import { checkDisplay, checkSeries } from './display-rules.js';
import { readResult } from './read-result.js';
import type { ResultInput } from './result-input.js';
import { sourceInstances } from './source-frames.js';

const IDENTITY: readonly Keyword[] = [
  'PatientName',
  'PatientID',
  'IssuerOfPatientID',
  'PatientBirthDate',
  'PatientSex',
  'StudyDate',
  'StudyTime',
  'StudyID',
  'StudyDescription',
  'AccessionNumber',
  'ReferringPhysicianName',
];

/**
 * The gate before sending: the results of one run, held against their input by rules R0 to R10. They read the bytes that
 * would be sent, not the data sets that were built. No defects: every object may go. Public validators notice
 * 28 of 46 injected faults, this gate 26, both together all (dicom-objects.md §3.2).
 */
export function validateResults(
  objects: readonly ResultObject[],
  input: ResultInput,
): readonly Defect[] {
  const defects = new Defects();
  const results = objects.flatMap((object) => readResult(object, defects) ?? []);
  const run = new Map(results.map((result) => [result.object.kind, result]));
  checkSeries(results, defects);
  for (const result of results) {
    const checked = { ...result, input, defects, run };
    checkIdentity(result.dataSet, result.object, input, defects);
    checkCodes(result.dataSet, defects);
    checkReferences(result.dataSet, objects, input, defects);
    if (result.dataSet.has('Rows')) checkDisplay(checked);
    BUILDERS[result.object.kind].validate(checked);
  }
  return defects.list;
}

/** R1. */
function checkIdentity(
  dataSet: DataSet,
  object: ResultObject,
  { source, sourceInstance }: ResultInput,
  defects: Defects,
): void {
  const require = (condition: boolean, what: string): void => {
    defects.require(condition, 'R1', `${object.kind}: ${what}`);
  };
  for (const keyword of IDENTITY) {
    const expected = legalTexts(source, keyword);
    if (expected === undefined || expected.length > 1) continue;
    require((dataSet.text(keyword) ?? '') ===
      (expected[0] ?? ''), `${keyword} is not the source’s`);
  }
  require(dataSet.text('StudyInstanceUID') === sourceInstance.studyInstanceUid &&
    sourceInstance.studyInstanceUid === source.text('StudyInstanceUID'), 'another study');
  require(dataSet.text('SOPInstanceUID') === object.sopInstanceUid, 'another SOP Instance UID');
  require(dataSet.text('SOPClassUID') === object.sopClassUid, 'another SOP class');
  require(dataSet.text('SOPInstanceUID') !== sourceInstance.sopInstanceUid &&
    dataSet.text('SeriesInstanceUID') !==
      sourceInstance.seriesInstanceUid, 'series or instance is the source’s');
  require(dataSet.text('SpecificCharacterSet') === 'ISO_IR 192', 'not UTF-8');
  require(dataSet.text('ContentQualification') === 'RESEARCH', 'not marked as research');
  for (const item of withItems(dataSet)) {
    for (const { tag, vr, value } of item.elements()) {
      require((tag >>> 16) % 2 === 0, 'a private element');
      if (vr !== 'UI') continue;
      require((value as readonly string[]).every(isUid), 'a UID that is none');
    }
  }
}

/** R5: nothing is referred to but the source, the objects of this run and the documents that they follow. */
function checkReferences(
  dataSet: DataSet,
  objects: readonly ResultObject[],
  input: ResultInput,
  defects: Defects,
): void {
  const known = new Map(
    [...sourceInstances(input), ...objects, ...(input.predecessors ?? [])].map(
      ({ sopInstanceUid, sopClassUid }) => [sopInstanceUid, sopClassUid],
    ),
  );
  let references = 0;
  for (const item of withItems(dataSet)) {
    const uid = item.text('ReferencedSOPInstanceUID');
    if (uid === undefined) continue;
    references += 1;
    defects.require(
      known.get(uid) === item.text('ReferencedSOPClassUID'),
      'R5',
      'a reference to an instance that is not of this run',
    );
  }
  defects.require(references > 0, 'R5', 'no reference to the source');
}
