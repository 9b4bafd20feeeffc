import type { Generated } from 'kysely';
import type { Laterality } from '../../values/laterality.js';
import type { ProcedureStepState } from '../../values/procedure-step.js';
import type { QualityReport } from '../../values/quality-report.js';
import type { TaskRun } from '../../values/task-run.js';
import type { NotificationCursorTable, NotificationTable } from './notification-schema.js';
import type {
  DriftReferenceTable,
  ReaderFeedbackTable,
  ScanFiguresTable,
} from './reader-feedback-schema.js';

/**
 * The ledger's tables as Kysely sees them; `migrations.ts` makes them. Times are milliseconds since 1970 (UTC), paths
 * are relative to the data folder so that the folder can be moved, UIDs are text. Each axis of a scan's life has its
 * own column: stored (the row is there), assembled (`instance.assembly_state`), processed (`workitem.state`),
 * delivered (`delivery.state`), found there (`delivery.verification`), committed there (`delivery.commitment`).
 */
export interface LedgerSchema {
  instance: InstanceTable;
  acquisition: AcquisitionTable;
  acquisition_instance: AcquisitionInstanceTable;
  localizer: LocalizerTable;
  workitem: WorkitemTable;
  device_turn: DeviceTurnTable;
  procedure_step: ProcedureStepTable;
  step_subscription: StepSubscriptionTable;
  reading: ReadingTable;
  eye_choice: EyeChoiceTable;
  shadow_reading: ShadowReadingTable;
  scan_figures: ScanFiguresTable;
  reader_feedback: ReaderFeedbackTable;
  drift_reference: DriftReferenceTable;
  result: ResultTable;
  delivery: DeliveryTable;
  association: AssociationTable;
  refusal: RefusalTable;
  commitment_scp: CommitmentScpTable;
  commitment_scp_instance: CommitmentScpInstanceTable;
  commitment_scu: CommitmentScuTable;
  commitment_scu_delivery: CommitmentScuDeliveryTable;
  event: EventTable;
  notification: NotificationTable;
  notification_cursor: NotificationCursorTable;
  indexed_study: IndexedStudyTable;
  indexed_series: IndexedSeriesTable;
  indexed_instance: IndexedInstanceTable;
  tables_version: TablesVersionTable;
  commissioning_word: CommissioningWordTable;
  commissioning_report: CommissioningReportTable;
  housekeeping_run: HousekeepingRunTable;
  housekeeping_request: HousekeepingRequestTable;
}

export type AssemblyState = 'pending' | 'assembled' | 'incomplete' | 'not-input';

export interface InstanceTable {
  sop_instance_uid: string;
  sop_class_uid: string;
  series_instance_uid: string;
  study_instance_uid: string;
  transfer_syntax_uid: string;
  /** SHA-256 (hex) of the data set as received. */
  digest: string;
  path: string;
  byte_length: number;
  calling_ae_title: string;
  called_ae_title: string;
  peer_address: string;
  association_id: string;
  received_at: number;
  assembly_state: Generated<AssemblyState>;
  /** Why it is in this state, in words for the operator. */
  assembly_reason: string | null;
  /** The scan in parts that it belongs to. */
  part_of: string | null;
  /** 1: queries find it. */
  indexed: Generated<number>;
}

export interface AcquisitionTable {
  id: string;
  revision: number;
  study_instance_uid: string;
  complete_because: string;
  /** SHA-256 over the digests of its instances: the same content never triggers twice (R10). */
  content_digest: string;
  created_at: number;
}

export interface AcquisitionInstanceTable {
  acquisition_id: string;
  revision: number;
  position: number;
  sop_instance_uid: string;
}

/** The fundus picture that shows where a scan lies. */
export interface LocalizerTable {
  acquisition_id: string;
  sop_instance_uid: string;
  because: string;
}

export type WorkitemState = ProcedureStepState;

export interface WorkitemTable {
  uid: string;
  acquisition_id: string;
  acquisition_revision: number;
  state: Generated<WorkitemState>;
  /** 1: SCHEDULED, but no worker takes it until an operator releases it. */
  held: Generated<number>;
  /** Why it is held, was cancelled, or failed last. */
  reason: string | null;
  /** Percent. */
  progress: Generated<number>;
  progress_description: string | null;
  attempts: Generated<number>;
  /** How many attempts ended without a word: crash, lost lease (R31). */
  interrupted: Generated<number>;
  lease_owner: string | null;
  lease_expires_at: number | null;
  /** The lock of one attempt (PS3.4 CC.1.1: Transaction UID); made new at each claim, so it fences off older ones. */
  transaction_uid: string | null;
  scheduled_at: number;
  started_at: number | null;
  ended_at: number | null;
  /** 0, or above for what goes before. */
  priority: Generated<number>;
  /** Calling AE title of the scan's sender. */
  device: Generated<string>;
}

/** What others said of a workitem as a Unified Procedure Step; no row where nobody did. */
export interface ProcedureStepTable {
  workitem_uid: string;
  requested_by: string | null;
  /** Who performs it where our workers do not. */
  performer: string | null;
  /** DICOM JSON. */
  attributes: Generated<string>;
  modified_at: number;
}

/** Who is told of a workitem, or of all of them. */
export interface StepSubscriptionTable {
  subscriber: string;
  target: string;
  /** JSON: tag → value. */
  filter: Generated<string>;
  deletion_lock: number;
  created_at: number;
}

/** When a workitem of this sender was last begun. */
export interface DeviceTurnTable {
  device: string;
  served_at: number;
}

/** What was read of the newest revision of a scan. */
export interface ReadingTable {
  acquisition_id: string;
  revision: number;
  study_instance_uid: string;
  sop_instance_uid: string;
  received_at: number;
  laterality: Laterality | null;
  grade: QualityReport['grade'] | null;
  signal: number | null;
  frames: number | null;
  decision: string;
  device: string;
}

/** Which scan stands for an eye in a study: repeated scans are all kept, one is chosen. */
export interface EyeChoiceTable {
  study_instance_uid: string;
  laterality: Laterality;
  acquisition_id: string;
  because: string;
}

export interface ResultTable {
  sop_instance_uid: string;
  kind: string;
  sop_class_uid: string;
  series_instance_uid: string;
  study_instance_uid: string;
  transfer_syntax_uid: string;
  /** SHA-256 (hex) of the Part 10 file. */
  digest: string;
  path: string;
  byte_length: number;
  /** Where the data set begins in the file. */
  data_set_offset: number;
  workitem_uid: string;
  created_at: number;
  indexed: Generated<number>;
}

export type DeliveryState = 'pending' | 'sending' | 'delivered' | 'failed' | 'cancelled';

/** What may be done after a failure: send again; send again but it may already be there; nothing will help. */
export type DeliveryErrorClass = 'transient' | 'ambiguous' | 'permanent';

export interface DeliveryTable {
  id: Generated<number>;
  result_sop_instance_uid: string;
  result_digest: string;
  study_instance_uid: string;
  destination: string;
  revision: number;
  state: Generated<DeliveryState>;
  attempts: Generated<number>;
  /** How many attempts ended without a response, so that the object may lie there already (R34). */
  ambiguous_attempts: Generated<number>;
  error_class: DeliveryErrorClass | null;
  /** The last raw DIMSE status (R6). */
  status: number | null;
  /** The last Error Comment, or what went wrong below DIMSE. */
  comment: string | null;
  next_attempt_at: number;
  /** 1: goes before what has waited longer. */
  urgent: Generated<number>;
  created_at: number;
  delivered_at: number | null;
  commitment: Generated<CommitmentState>;
  /** How often commitment was asked for, or tried to be, since the last delivery. */
  commitment_attempts: Generated<number>;
  /** When to ask for it, or to have had the report. */
  commitment_due_at: number | null;
  /** Why it is not committed. */
  commitment_reason: string | null;
  /** Why it failed: a code of ours or the status as `0xXXXX`. */
  cause: string | null;
  /** The delivery in whose place this one is made. */
  stands_for: number | null;
  verification: Generated<VerificationState>;
  verification_attempts: Generated<number>;
  /** When to ask whether it is there. */
  verification_due_at: number | null;
  verification_reason: string | null;
}

/** Of a delivered object: does the destination, asked by a query, hold it? `none`: it is not asked. */
export type VerificationState = 'none' | 'wanted' | 'verified' | 'failed';

/** Of a delivered object: does the destination answer for it? `none`: it is not asked. */
export type CommitmentState = 'none' | 'wanted' | 'asking' | 'asked' | 'committed' | 'failed';

export interface CommitmentScpTable {
  id: Generated<number>;
  transaction_uid: string;
  calling_ae_title: string;
  called_ae_title: string;
  association_id: string;
  state: Generated<'owed' | 'reporting' | 'reported' | 'failed'>;
  attempts: Generated<number>;
  next_attempt_at: number;
  /** The last raw status of an N-EVENT-REPORT-RSP. */
  status: number | null;
  comment: string | null;
  requested_at: number;
  judged_at: number | null;
  reported_at: number | null;
}

export interface CommitmentScpInstanceTable {
  commitment_id: number;
  position: number;
  sop_class_uid: string;
  sop_instance_uid: string;
  failure_reason: number | null;
}

export interface CommitmentScuTable {
  transaction_uid: string;
  destination: string;
  asked_at: number;
  reported_at: number | null;
}

export interface CommitmentScuDeliveryTable {
  transaction_uid: string;
  delivery_id: number;
}

export interface ShadowReadingTable {
  acquisition_id: string;
  revision: number;
  active_set: string;
  shadow_set: string;
  /** ReferralDecision, JSON. */
  active: string;
  shadow: string | null;
  state: Generated<'wanted' | 'read' | 'failed'>;
  attempts: Generated<number>;
  reason: string | null;
  wanted_at: number;
  ended_at: number | null;
}

export interface AssociationTable {
  id: string;
  calling_ae_title: string;
  called_ae_title: string;
  peer_address: string;
  opened_at: number;
  closed_at: number;
  /** C-STORE requests that arrived, that were answered, and that were answered with success (R5). */
  invoked: number;
  answered: number;
  stored: number;
  ended_by: string;
}

export interface RefusalTable {
  calling_ae_title: string;
  called_ae_title: string;
  peer_address: string;
  lack: string;
  sop_class_uid: string;
  proposed: string;
  why: string;
  count: number;
  first_at: number;
  last_at: number;
}

export interface EventTable {
  id: Generated<number>;
  at: number;
  subject_kind: string;
  subject_uid: string;
  what: string;
  reason: string | null;
  /** JSON: digests, file names, statuses; never a value of a data set. */
  detail: string | null;
}

/** What queries find: attributes of each level as DICOM JSON (PS3.18 F). */
export interface IndexedStudyTable {
  id: Generated<number>;
  study_instance_uid: string;
  attributes: string;
}

export interface IndexedSeriesTable extends IndexedStudyTable {
  series_instance_uid: string;
}

export interface IndexedInstanceTable extends IndexedSeriesTable {
  sop_instance_uid: string;
}

/** What the tables file held after a change. */
export interface TablesVersionTable {
  id: Generated<number>;
  at: number;
  who: string;
  why: string;
  /** The file as it was. */
  content: string;
}

export interface CommissioningWordTable {
  calling_ae_title: string;
  step: string;
  at: number;
  who: string;
  note: string;
}

export interface CommissioningReportTable {
  id: Generated<number>;
  calling_ae_title: string;
  at: number;
  who: string;
  /** JSON. */
  content: string;
}

export interface HousekeepingRunTable extends TaskRun {
  task: string;
}

export interface HousekeepingRequestTable {
  id: Generated<number>;
  task: string;
  who: string;
  taken: 0 | 1;
  answer: 'done' | 'failed' | 'not-run' | null;
  said: string | null;
}
