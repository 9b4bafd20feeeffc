import { DataSet } from '../dicom/data-set.js';
import { isUid } from '../dicom/uid.js';
import { FAILURE_REASONS, type StoredPart } from './store-object.js';
import { instanceUrl, studyUrl } from './urls.js';

/**
 * The Store Instances Response of PS3.18 10.5.3 and I.2: HTTP status, and object by object what became of it. 200: all
 * are stored; 202: some are not; 507: none, for want of room; 409: none.
 */
export function storeResponse(
  parts: readonly StoredPart[],
  service: string,
): { readonly status: number; readonly dataSet: DataSet } {
  const stored = parts.flatMap((part) => (part.stored === undefined ? [] : [part.stored]));
  const failed = parts.filter((part) => part.stored === undefined);
  const identified = failed.filter(
    ({ sopClassUid = '', sopInstanceUid = '' }) => isUid(sopClassUid) && isUid(sopInstanceUid),
  );
  const others = failed.filter((part) => !identified.includes(part));
  const studies = new Set(stored.map(({ studyInstanceUid }) => studyInstanceUid));
  const [study] = studies;
  const dataSet = new DataSet();
  if (study !== undefined && studies.size === 1)
    dataSet.set('RetrieveURL', studyUrl(service, study));
  if (identified.length > 0) dataSet.set('FailedSOPSequence', identified.map(failureItem));
  if (stored.length > 0) {
    dataSet.set(
      'ReferencedSOPSequence',
      stored.map((object) =>
        DataSet.of({
          ReferencedSOPClassUID: object.sopClassUid,
          ReferencedSOPInstanceUID: object.sopInstanceUid,
          RetrieveURL: instanceUrl(service, object),
        }),
      ),
    );
  }
  if (others.length > 0) dataSet.set('OtherFailuresSequence', others.map(failureItem));
  return { status: statusOf(parts, stored.length), dataSet };
}

function failureItem({
  sopClassUid,
  sopInstanceUid,
  failureReason = FAILURE_REASONS.processingFailure,
}: StoredPart): DataSet {
  return DataSet.of({
    ...(sopClassUid !== undefined && { ReferencedSOPClassUID: sopClassUid }),
    ...(sopInstanceUid !== undefined && { ReferencedSOPInstanceUID: sopInstanceUid }),
    FailureReason: failureReason,
  });
}

function statusOf(parts: readonly StoredPart[], stored: number): number {
  if (stored === parts.length) return 200;
  if (stored > 0) return 202;
  const noRoom = parts.every(
    ({ failureReason }) => failureReason === FAILURE_REASONS.outOfResources,
  );
  return noRoom ? 507 : 409;
}
