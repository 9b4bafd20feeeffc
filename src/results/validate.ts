import { DataSet } from '../dicom/data-set.js';
import type { Keyword } from '../dicom/dictionary.js';
import { DicomError } from '../dicom/errors.js';
import { isUid } from '../dicom/uid.js';
import { readPart10 } from '../dicom/part10.js';
import type { ResultObject } from '../values/result-objects.js';
import { legalTexts } from './clean-text.js';
import { checkCodes, withItems } from './code-table.js';
import { Defects, type Defect } from './defect.js';
import { sourceInstances } from './source-frames.js';
import type { ResultInput } from './result-input.js';
import { countFrame } from './seg/pack-frames.js';
import { validateSegmentation } from './seg/validate.js';
import { validateReport } from './sr/validate.js';

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
 * The gate before sending: the results of one run, held against their input by rules R1 to R9. They read the bytes that
 * would be sent, not the data sets that were built. No defects: every object may go. Public validators notice
 * 28 of 46 injected faults, this gate 26, both together all (dicom-objects.md §3.2).
 */
export function validateResults(
  objects: readonly ResultObject[],
  input: ResultInput,
): readonly Defect[] {
  const defects = new Defects();
  const read = objects.flatMap((object) => {
    const contents = readBack(object, defects);
    return contents === undefined ? [] : [{ object, ...contents }];
  });
  for (const { object, dataSet } of read) {
    checkIdentity(dataSet, object, input, defects);
    checkCodes(dataSet, defects);
    checkReferences(dataSet, objects, input, defects);
  }
  const segmentation = read.find(({ object }) => object.kind === 'segmentation');
  if (segmentation !== undefined) {
    validateSegmentation(segmentation.dataSet, segmentation.pixels, input, defects);
  }
  const report = read.find(({ object }) => object.kind === 'report');
  if (report !== undefined) {
    const volumes = segmentation === undefined ? NO_VOLUMES : pixelVolumes(segmentation, input);
    validateReport(report.dataSet, volumes, input, defects);
  }
  return defects.list;
}

const NO_VOLUMES: ReadonlyMap<number, number> = new Map();

interface Contents {
  readonly dataSet: DataSet;
  readonly pixels: Uint8Array;
}

function readBack({ bytes }: ResultObject, defects: Defects): Contents | undefined {
  try {
    const { dataSet, pixelData } = readPart10(bytes);
    const length = typeof pixelData?.length === 'number' ? pixelData.length : 0;
    const offset = pixelData?.offset ?? 0;
    return { dataSet, pixels: bytes.subarray(offset, offset + length) };
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    defects.require(false, 'R0', error.code);
    return undefined;
  }
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

/** R5: nothing is referred to but the source and the objects of this run. */
function checkReferences(
  dataSet: DataSet,
  objects: readonly ResultObject[],
  input: ResultInput,
  defects: Defects,
): void {
  const known = new Map(
    [...sourceInstances(input), ...objects].map(({ sopInstanceUid, sopClassUid }) => [
      sopInstanceUid,
      sopClassUid,
    ]),
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

/** R9: mm³ by segment number, counted anew in the bits that would be sent. */
function pixelVolumes(
  { dataSet, pixels }: Contents,
  { volume }: ResultInput,
): ReadonlyMap<number, number> {
  const volumes = new Map<number, number>();
  if (volume === undefined) return volumes;
  const { frame, axial, lateral } = volume.spacing;
  const size = (dataSet.number('Rows') ?? 0) * (dataSet.number('Columns') ?? 0);
  dataSet.items('PerFrameFunctionalGroupsSequence').forEach((item, index) => {
    const number =
      item.item('SegmentIdentificationSequence')?.number('ReferencedSegmentNumber') ?? 0;
    const mm3 = countFrame(pixels, index, size) * frame * axial * lateral;
    volumes.set(number, (volumes.get(number) ?? 0) + mm3);
  });
  return volumes;
}
