import { DataSet } from '../../dicom/data-set.js';
import { readDataSet } from '../../dicom/read-data-set.js';
import { isUid } from '../../dicom/uid.js';
import { encodeDataSet } from '../../dicom/write-data-set.js';
import {
  FAILURE_REASONS,
  type CommitmentReport,
  type CommitmentRequest,
  type SopReference,
} from '../../values/storage-commitment.js';
import { STATUSES } from '../status.js';

/** About 40,000 references: more than any scanner asks for at once. */
export const MAX_MESSAGE_LENGTH = 8 * 1024 * 1024;

/** What a data set lacks, as the status that is answered. */
export interface Defect {
  readonly status: number;
  readonly comment: string;
}

/** Reads the Action Information of an N-ACTION-RQ (PS3.4 J.3.2.1.1). Never throws. */
export function readCommitmentRequest(
  bytes: Uint8Array,
  transferSyntaxUid: string,
): CommitmentRequest | Defect {
  const message = readMessage(bytes, transferSyntaxUid);
  if ('status' in message) return message;
  const { transactionUid, dataSet } = message;
  const instances = references(dataSet, 'ReferencedSOPSequence');
  if (!instances) return invalid('Referenced SOP Sequence has no UIDs');
  if (instances.length === 0) {
    return { status: STATUSES.missingAttribute.code, comment: 'No Referenced SOP Sequence' };
  }
  return { transactionUid, instances };
}

/** Reads the Event Information of an N-EVENT-REPORT-RQ (PS3.4 J.3.3.1). Never throws. */
export function readCommitmentReport(
  bytes: Uint8Array,
  transferSyntaxUid: string,
): CommitmentReport | Defect {
  const message = readMessage(bytes, transferSyntaxUid);
  if ('status' in message) return message;
  const { transactionUid, dataSet } = message;
  const committed = references(dataSet, 'ReferencedSOPSequence');
  const failed = references(dataSet, 'FailedSOPSequence');
  if (!committed || !failed) return invalid('a SOP sequence has no UIDs');
  const items = dataSet.items('FailedSOPSequence');
  return {
    transactionUid,
    committed,
    failed: failed.map((reference, index) => ({
      ...reference,
      reason: items[index]?.number('FailureReason') ?? FAILURE_REASONS.processingFailure,
    })),
  };
}

export function encodeCommitmentRequest(
  { transactionUid, instances }: CommitmentRequest,
  transferSyntaxUid: string,
): Uint8Array {
  const dataSet = DataSet.of({
    TransactionUID: transactionUid,
    ReferencedSOPSequence: instances.map(reference),
  });
  return encodeDataSet(dataSet, transferSyntaxUid);
}

export function encodeCommitmentReport(
  { transactionUid, committed, failed }: CommitmentReport,
  transferSyntaxUid: string,
): Uint8Array {
  // A sequence without items is left out: both are required only where there is something to say (Table J.3-2).
  const dataSet = DataSet.of({
    TransactionUID: transactionUid,
    ...(committed.length > 0 && { ReferencedSOPSequence: committed.map(reference) }),
    ...(failed.length > 0 && {
      FailedSOPSequence: failed.map((one) => reference(one).set('FailureReason', one.reason)),
    }),
  });
  return encodeDataSet(dataSet, transferSyntaxUid);
}

function readMessage(
  bytes: Uint8Array,
  transferSyntaxUid: string,
): { transactionUid: string; dataSet: DataSet } | Defect {
  let dataSet: DataSet;
  try {
    ({ dataSet } = readDataSet(bytes, { transferSyntaxUid }));
  } catch {
    return { status: STATUSES.processingFailure.code, comment: 'Data set cannot be read' };
  }
  const transactionUid = dataSet.text('TransactionUID');
  if (transactionUid === undefined) {
    return { status: STATUSES.missingAttribute.code, comment: 'No Transaction UID' };
  }
  return isUid(transactionUid) ? { transactionUid, dataSet } : invalid('Transaction UID is no UID');
}

function invalid(comment: string): Defect {
  return { status: STATUSES.invalidArgumentValue.code, comment };
}

/** Undefined where an item does not name an instance. */
function references(
  dataSet: DataSet,
  sequence: 'ReferencedSOPSequence' | 'FailedSOPSequence',
): SopReference[] | undefined {
  const found = dataSet.items(sequence).map((item) => ({
    sopClassUid: item.text('ReferencedSOPClassUID') ?? '',
    sopInstanceUid: item.text('ReferencedSOPInstanceUID') ?? '',
  }));
  const whole = found.every((one) => isUid(one.sopClassUid) && isUid(one.sopInstanceUid));
  return whole ? found : undefined;
}

function reference({ sopClassUid, sopInstanceUid }: SopReference): DataSet {
  return DataSet.of({
    ReferencedSOPClassUID: sopClassUid,
    ReferencedSOPInstanceUID: sopInstanceUid,
  });
}
