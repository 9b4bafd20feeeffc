import { codeItem } from '../../dicom/code.js';
import { DataSet } from '../../dicom/data-set.js';
import { dicomJson, type JsonDataSet } from '../../dicom/dicom-json.js';
import { DICTIONARY, type Keyword } from '../../dicom/dictionary.js';
import {
  PROCEDURE_STEP_PRIORITIES,
  PROCEDURE_STEP_SOP_CLASS,
  WORKITEM_CODE,
} from '../../values/procedure-step.js';
import { tagOf } from '../query-parameters.js';
import { instanceUrl } from '../urls.js';
import type { ProcedureStep } from './ports.js';

/** Attributes of the study that a step shows: of the patient, only to who may see patients. */
const OF_PATIENT = [
  'PatientName',
  'PatientID',
  'IssuerOfPatientID',
  'PatientBirthDate',
  'PatientSex',
] as const satisfies readonly Keyword[];

/** Type 2 in Table CC.2.5-3 and not known here: there, without a value. */
const EMPTY = [
  'WorklistLabel',
  'ScheduledStationNameCodeSequence',
  'ScheduledStationClassCodeSequence',
  'ScheduledStationGeographicLocationCodeSequence',
  'ExpectedCompletionDateTime',
  'AdmissionID',
  'IssuerOfAdmissionIDSequence',
  'AdmittingDiagnosesDescription',
  'AdmittingDiagnosesCodeSequence',
  'ReferencedRequestSequence',
] as const satisfies readonly Keyword[];

export interface StepView {
  readonly service: string;
  readonly aeTitle: string;
  readonly seePatients: boolean;
}

/** A workitem as the data set that is retrieved (PS3.4 Table CC.2.5-3, N-GET). The Transaction UID is never given out. */
export function stepDataSet(step: ProcedureStep, view: StepView): JsonDataSet {
  const made = DataSet.of({
    SOPClassUID: PROCEDURE_STEP_SOP_CLASS,
    SOPInstanceUID: step.uid,
    StudyInstanceUID: step.studyInstanceUid,
    ScheduledProcedureStepPriority: priorityName(step.priority),
    ScheduledProcedureStepModificationDateTime: dateTime(step.modifiedAt),
    ScheduledProcedureStepStartDateTime: dateTime(step.scheduledAt),
    ProcedureStepLabel: WORKITEM_CODE.meaning,
    ScheduledWorkitemCodeSequence: [codeItem(WORKITEM_CODE)],
    InputReadinessState: 'READY',
    InputInformationSequence: references(step, step.inputs, view.service),
    ProcedureStepState: step.state,
    ProcedureStepProgressInformationSequence: progress(step),
    UnifiedProcedureStepPerformedProcedureSequence: performed(step, view),
  });
  const empty = Object.fromEntries(
    EMPTY.map((keyword) => [tagOf(keyword), { vr: DICTIONARY[keyword].vr }]),
  );
  const patient = Object.fromEntries(
    OF_PATIENT.flatMap((keyword) => {
      const tag = tagOf(keyword);
      const known = step.study[tag] ?? { vr: DICTIONARY[keyword].vr };
      return view.seePatients ? [[tag, known]] : [];
    }),
  );
  const all = { ...empty, ...dicomJson(made), ...step.attributes, ...patient };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function progress({
  state,
  progress: percent,
  progressDescription,
  reason,
  ...step
}: Pick<
  ProcedureStep,
  'state' | 'held' | 'progress' | 'progressDescription' | 'reason'
>): readonly DataSet[] {
  if (state === 'SCHEDULED' && !step.held) return [];
  const item = DataSet.of({ ProcedureStepProgress: percent });
  const words = step.held || state === 'CANCELED' ? reason : (progressDescription ?? reason);
  if (words !== undefined) item.set('ProcedureStepProgressDescription', words);
  if (state === 'CANCELED') item.set('ReasonForCancellation', reason ?? '');
  return [item];
}

/** What others perform they describe themselves. */
function performed(step: ProcedureStep, { service, aeTitle }: StepView): readonly DataSet[] {
  if (step.startedAt === undefined || step.performer !== undefined) return [];
  const station = { value: aeTitle, scheme: WORKITEM_CODE.scheme, meaning: aeTitle };
  const item = DataSet.of({
    PerformedStationNameCodeSequence: [codeItem(station)],
    PerformedProcedureStepStartDateTime: dateTime(step.startedAt),
    PerformedWorkitemCodeSequence: [codeItem(WORKITEM_CODE)],
    OutputInformationSequence: references(step, step.outputs, service),
  });
  if (step.endedAt !== undefined)
    item.set('PerformedProcedureStepEndDateTime', dateTime(step.endedAt));
  return [item];
}

/** Referenced Instances and Access Macro (PS3.3 Table 10-3b): one item a series, to be had by WADO-RS. */
function references(
  { studyInstanceUid }: ProcedureStep,
  objects: ProcedureStep['inputs'],
  service: string,
): readonly DataSet[] {
  const series = new Set(objects.map(({ seriesInstanceUid }) => seriesInstanceUid));
  return [...series].map((seriesInstanceUid) => {
    const members = objects.filter((object) => object.seriesInstanceUid === seriesInstanceUid);
    return DataSet.of({
      TypeOfInstances: 'DICOM',
      StudyInstanceUID: studyInstanceUid,
      SeriesInstanceUID: seriesInstanceUid,
      ReferencedSOPSequence: members.map(({ sopClassUid, sopInstanceUid }) =>
        DataSet.of({
          ReferencedSOPClassUID: sopClassUid,
          ReferencedSOPInstanceUID: sopInstanceUid,
        }),
      ),
      WADORSRetrievalSequence: members.map((object) =>
        DataSet.of({ RetrieveURL: instanceUrl(service, { studyInstanceUid, ...object }) }),
      ),
    });
  });
}

function priorityName(priority: number): keyof typeof PROCEDURE_STEP_PRIORITIES {
  return priority > 0 ? 'HIGH' : priority < 0 ? 'LOW' : 'MEDIUM';
}

/** DT in UTC (PS3.5 6.2). */
export function dateTime(milliseconds: number): string {
  const digits = new Date(milliseconds).toISOString().replace(/[-:T]/g, '');
  return `${digits.slice(0, -1)}+0000`;
}
