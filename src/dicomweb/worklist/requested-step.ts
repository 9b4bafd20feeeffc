import type { JsonDataSet } from '../../dicom/dicom-json.js';
import type { Keyword } from '../../dicom/dictionary.js';
import { HttpProblem } from '../../http/problem.js';
import { PROCEDURE_STEP_PRIORITIES, WORKITEM_CODE } from '../../values/procedure-step.js';
import { itemsIn, textIn } from './step-body.js';
import { tagOf } from '../query-parameters.js';

/** What others may say of a step that is kept as they say it. */
const KEPT = [
  'WorklistLabel',
  'ProcedureStepLabel',
  'ExpectedCompletionDateTime',
  'ScheduledStationNameCodeSequence',
  'ScheduledStationClassCodeSequence',
  'ScheduledStationGeographicLocationCodeSequence',
  'CommentsOnTheScheduledProcedureStep',
  'ReferencedRequestSequence',
] as const satisfies readonly Keyword[];

/** What its performer may say of it beside that. */
const KEPT_OF_PERFORMER = [
  'UnifiedProcedureStepPerformedProcedureSequence',
] as const satisfies readonly Keyword[];

/** Read, but not kept as it is said: it stands in the queue's own columns, or in the stored objects. */
const READ = [
  'SpecificCharacterSet',
  'SOPClassUID',
  'SOPInstanceUID',
  'TransactionUID',
  'StudyInstanceUID',
  'PatientName',
  'PatientID',
  'IssuerOfPatientID',
  'PatientBirthDate',
  'PatientSex',
  'ScheduledProcedureStepPriority',
  'ScheduledProcedureStepStartDateTime',
  'ScheduledProcedureStepModificationDateTime',
  'ScheduledWorkitemCodeSequence',
  'InputReadinessState',
  'InputInformationSequence',
  'ProcedureStepState',
  'ProcedureStepProgressInformationSequence',
] as const satisfies readonly Keyword[];

const KEPT_TAGS: readonly string[] = KEPT.map(tagOf);
const ALL_KEPT_TAGS: readonly string[] = [...KEPT, ...KEPT_OF_PERFORMER].map(tagOf);
const READ_TAGS: ReadonlySet<string> = new Set([...ALL_KEPT_TAGS, ...READ.map(tagOf)]);

/** What of a data set is kept, and whether something with a value is not. */
export function keptAttributes(
  dataSet: JsonDataSet,
  by: 'requester' | 'performer',
): { readonly attributes: JsonDataSet; readonly dropped: boolean } {
  const tags = by === 'performer' ? ALL_KEPT_TAGS : KEPT_TAGS;
  const attributes = Object.fromEntries(
    tags.flatMap((tag) => (dataSet[tag] === undefined ? [] : [[tag, dataSet[tag]]])),
  );
  const dropped = Object.entries(dataSet).some(
    ([tag, { Value }]) => !READ_TAGS.has(tag) && (Value?.length ?? 0) > 0,
  );
  return { attributes, dropped };
}

/** The queue's priority; undefined where none is said. @throws HttpProblem OCT_HTTP_BAD_REQUEST */
export function priorityIn(dataSet: JsonDataSet): number | undefined {
  const name = textIn(dataSet, 'ScheduledProcedureStepPriority');
  if (name === undefined) return undefined;
  if (name in PROCEDURE_STEP_PRIORITIES)
    return PROCEDURE_STEP_PRIORITIES[name as keyof typeof PROCEDURE_STEP_PRIORITIES];
  throw bad('Scheduled Procedure Step Priority is HIGH, MEDIUM or LOW');
}

/**
 * What a request for a step asks for (PS3.4 Table CC.2.5-3, N-CREATE): our code, a step that is SCHEDULED, and the stored
 * instances that are to be read.
 * @throws HttpProblem OCT_HTTP_BAD_REQUEST
 */
export function requestedInstances(dataSet: JsonDataSet): readonly string[] {
  if (textIn(dataSet, 'ProcedureStepState') !== 'SCHEDULED')
    throw bad('Procedure Step State must be SCHEDULED');
  if (textIn(dataSet, 'TransactionUID') !== undefined)
    throw bad('a step that is created has no Transaction UID');
  const [code, ...others] = itemsIn(dataSet, 'ScheduledWorkitemCodeSequence');
  const ours =
    code !== undefined &&
    others.length === 0 &&
    textIn(code, 'CodeValue') === WORKITEM_CODE.value &&
    textIn(code, 'CodingSchemeDesignator') === WORKITEM_CODE.scheme;
  if (!ours)
    throw bad(
      `the Scheduled Workitem Code must be ${WORKITEM_CODE.value}, ${WORKITEM_CODE.scheme}`,
    );
  const uids = itemsIn(dataSet, 'InputInformationSequence')
    .flatMap((item) => itemsIn(item, 'ReferencedSOPSequence'))
    .flatMap((item) => textIn(item, 'ReferencedSOPInstanceUID') ?? []);
  if (uids.length === 0) throw bad('the Input Information Sequence references no instance');
  return uids;
}

/** Who asks may leave out the patient, but not name another one than the stored objects do. */
export function checkPatient(dataSet: JsonDataSet, study: JsonDataSet): void {
  for (const keyword of ['PatientID', 'IssuerOfPatientID', 'StudyInstanceUID'] as const) {
    const said = textIn(dataSet, keyword);
    if (said !== undefined && said !== '' && said !== (textIn(study, keyword) ?? said))
      throw bad(`${keyword} is not that of the referenced instances`);
  }
}

/** A final state needs what was done, by whom, when, and what came of it (PS3.4 Table CC.2.5-3, column Final State). */
export function meetsFinalState(attributes: JsonDataSet, state: 'COMPLETED' | 'CANCELED'): boolean {
  const [performed] = itemsIn(attributes, 'UnifiedProcedureStepPerformedProcedureSequence');
  // Of a step that was discontinued nothing may have been done.
  if (performed === undefined) return state === 'CANCELED';
  const begun =
    itemsIn(performed, 'PerformedStationNameCodeSequence').length > 0 &&
    textIn(performed, 'PerformedProcedureStepStartDateTime') !== undefined &&
    itemsIn(performed, 'PerformedWorkitemCodeSequence').length > 0;
  const ended =
    textIn(performed, 'PerformedProcedureStepEndDateTime') !== undefined &&
    performed[tagOf('OutputInformationSequence')] !== undefined;
  return begun && (ended || state === 'CANCELED');
}

function bad(detail: string): HttpProblem {
  return new HttpProblem('OCT_HTTP_BAD_REQUEST', `${detail}.`);
}
