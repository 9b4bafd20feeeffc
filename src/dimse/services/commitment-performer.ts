import { STORAGE_COMMITMENT_INSTANCE_UID, SOP_CLASSES } from '../../dicom/uids.js';
import type { CommitmentReport, CommitmentRequest } from '../../values/storage-commitment.js';
import type { Caller } from '../association-event.js';
import type { CommandSet } from '../command-set.js';
import type { IncomingMessage } from '../message.js';
import type { NegotiatedContext } from '../negotiation.js';
import type { SendOutcome } from '../outcome.js';
import { STATUSES } from '../status.js';
import {
  MAX_MESSAGE_LENGTH,
  readCommitmentReport,
  readCommitmentRequest,
  type Defect,
} from './commitment-data-set.js';

/** Request Storage Commitment (PS3.4 J.3.2). */
export const ACTION_TYPE_ID = 1;
/** Storage Commitment Request Successful, and … Complete - Failures Exist (PS3.4 J.3.3). */
export const EVENT_TYPE_IDS = { successful: 1, failuresExist: 2 } as const;

/** An association that the SCU holds: its report may go back on it. */
export interface ReportingAssociation {
  isOpen(): boolean;
  /** Open, and for so many ms there was no message on it. */
  isQuiet(ms: number): boolean;
  /** N-EVENT-REPORT on it. Never rejects. */
  report(report: CommitmentReport): Promise<SendOutcome>;
}

/** Where storage commitment goes. A method may reject: the peer is answered 0x0110 then, always (R35). */
export interface CommitmentSink {
  /** As SCP: somebody asks. Resolve once it is durable that a report is owed; with a defect it is refused. */
  requested(
    request: CommitmentRequest,
    caller: Caller,
    association: ReportingAssociation,
  ): Promise<Defect | undefined>;
  /** As SCU: the report to what we asked. Resolve once it is durable; the same report may come twice. */
  reported(report: CommitmentReport): Promise<Defect | undefined>;
}

/** N-ACTION as SCP (PS3.7 §10.1.4): the fields of the response. @throws MessageError, AssociationEndedError */
export async function performAction(
  { command, dataSet }: IncomingMessage,
  context: NegotiatedContext,
  requested: (request: CommitmentRequest) => Promise<Defect | undefined>,
): Promise<CommandSet> {
  const bytes = await dataSet?.whole(MAX_MESSAGE_LENGTH);
  const { requestedSopClassUid, requestedSopInstanceUid, actionTypeId } = command;
  const defect =
    (context.requestorIsScu ? undefined : SCU_ROLE_MISSING) ??
    wrongInstance(context, requestedSopClassUid, requestedSopInstanceUid) ??
    (actionTypeId === ACTION_TYPE_ID ? undefined : status('noSuchActionType', 'Unknown action')) ??
    (await answer(bytes, dataSet !== undefined, (whole) => {
      const request = readCommitmentRequest(whole, context.transferSyntaxUid ?? '');
      return 'status' in request ? request : requested(request);
    }));
  return { ...response(defect), ...(actionTypeId !== undefined && { actionTypeId }) };
}

/** N-EVENT-REPORT as SCU (PS3.7 §10.1.1): the fields of the response. @throws MessageError, AssociationEndedError */
export async function performEventReport(
  { command, dataSet }: IncomingMessage,
  context: NegotiatedContext,
  reported: (report: CommitmentReport) => Promise<Defect | undefined>,
): Promise<CommandSet> {
  const bytes = await dataSet?.whole(MAX_MESSAGE_LENGTH);
  const { affectedSopClassUid, affectedSopInstanceUid, eventTypeId } = command;
  const known = Object.values<number | undefined>(EVENT_TYPE_IDS).includes(eventTypeId);
  const defect =
    wrongInstance(context, affectedSopClassUid, affectedSopInstanceUid) ??
    (known ? undefined : status('noSuchEventType', 'Unknown event')) ??
    (await answer(bytes, dataSet !== undefined, (whole) => {
      const report = readCommitmentReport(whole, context.transferSyntaxUid ?? '');
      return 'status' in report ? report : reported(report);
    }));
  return { ...response(defect), ...(eventTypeId !== undefined && { eventTypeId }) };
}

const SCU_ROLE_MISSING = status('notAuthorised', 'SCU role was not negotiated');

function status(name: keyof typeof STATUSES, comment: string): Defect {
  return { status: STATUSES[name].code, comment };
}

function wrongInstance(
  context: NegotiatedContext,
  sopClassUid: string | undefined,
  sopInstanceUid: string | undefined,
): Defect | undefined {
  const { uid } = SOP_CLASSES.storageCommitmentPushModel;
  if (context.sopClassUid !== uid || sopClassUid !== uid) {
    return status('noSuchSopClass', 'SOP Class is not Storage Commitment Push Model');
  }
  return sopInstanceUid === STORAGE_COMMITMENT_INSTANCE_UID
    ? undefined
    : status('noSuchObjectInstance', 'Not the well-known SOP Instance');
}

async function answer(
  bytes: Buffer | undefined,
  came: boolean,
  perform: (bytes: Buffer) => Promise<Defect | undefined> | Defect | undefined,
): Promise<Defect | undefined> {
  if (!came) return status('missingAttribute', 'No data set');
  if (!bytes) return status('resourceLimitation', 'Too many references');
  try {
    return await perform(bytes);
  } catch {
    return status('processingFailure', 'Could not be put on record');
  }
}

function response(defect: Defect | undefined): CommandSet {
  return {
    affectedSopClassUid: SOP_CLASSES.storageCommitmentPushModel.uid,
    affectedSopInstanceUid: STORAGE_COMMITMENT_INSTANCE_UID,
    status: defect?.status ?? STATUSES.success.code,
    ...(defect && { errorComment: defect.comment }),
  };
}
