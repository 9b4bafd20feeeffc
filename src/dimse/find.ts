import { DataSet } from '../dicom/data-set.js';
import { readDataSet } from '../dicom/read-data-set.js';
import { TRANSFER_SYNTAXES } from '../dicom/uids.js';
import { encodeDataSet } from '../dicom/write-data-set.js';
import { COMMAND_FIELDS, DATA_SET_FOLLOWS, PRIORITY_MEDIUM } from './command-set.js';
import { DimseError } from './errors.js';
import { dataSetPdus } from './message.js';
import { Requestor } from './requestor.js';
import type { Peer, RequestorOptions } from './requestor.js';
import { formatStatus, statusCategory } from './status.js';

/** Not among `SOP_CLASSES`: those are what the listener takes. */
const STUDY_ROOT_FIND = '1.2.840.10008.5.1.4.1.2.2.1';
const CONTEXT = {
  sopClassUid: STUDY_ROOT_FIND,
  // Every SCP must take it (PS3.5 10.1), and an identifier of four UIDs needs no other.
  transferSyntaxUid: TRANSFER_SYNTAXES.implicitVrLittleEndian.uid,
};
const LONGEST_MATCH = 1024 * 1024;

/** An instance by its place in the study root model (PS3.4 C.6.2.1): the unique keys of each level above are needed. */
export interface InstanceKey {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
}

/**
 * C-FIND as SCU at the IMAGE level (PS3.4 C.4.1): which of these instances the peer holds, by SOP Instance UID. One
 * association, a request for each: a list of UIDs is matched by few.
 * @throws DimseError where the peer does not answer, or not with success
 */
export async function findInstances(
  peer: Peer,
  instances: readonly InstanceKey[],
  options: RequestorOptions = {},
): Promise<ReadonlySet<string>> {
  const association = await Requestor.open(peer, [CONTEXT], options);
  try {
    const context = association.acceptedContext(CONTEXT);
    if (!context) throw new DimseError('OCT_DIMSE_NO_CONTEXT', 'Study Root Query, C-FIND');
    const held = new Set<string>();
    for (const instance of instances) {
      if (await isHeld(association, context.id, instance)) held.add(instance.sopInstanceUid);
    }
    return held;
  } finally {
    await association.release();
  }
}

async function isHeld(
  association: Requestor,
  contextId: number,
  { studyInstanceUid, seriesInstanceUid, sopInstanceUid }: InstanceKey,
): Promise<boolean> {
  const identifier = encodeDataSet(
    DataSet.of({
      QueryRetrieveLevel: 'IMAGE',
      StudyInstanceUID: studyInstanceUid,
      SeriesInstanceUID: seriesInstanceUid,
      SOPInstanceUID: sopInstanceUid,
    }),
    CONTEXT.transferSyntaxUid,
  );
  let found = false;
  const { status = 0 } = await association.request(
    contextId,
    {
      commandField: COMMAND_FIELDS['C-FIND-RQ'],
      affectedSopClassUid: STUDY_ROOT_FIND,
      priority: PRIORITY_MEDIUM,
      commandDataSetType: DATA_SET_FOLLOWS,
    },
    ({ payload, send }) => send(dataSetPdus(contextId, identifier, payload), true),
    async ({ dataSet }) => {
      const bytes = await dataSet?.whole(LONGEST_MATCH);
      // An SCP that does not know a key may give everything: our UID must be in the match.
      found ||= bytes !== undefined && uidOf(bytes) === sopInstanceUid;
    },
  );
  if (statusCategory(status) === 'success') return found;
  throw new DimseError('OCT_DIMSE_PROTOCOL', `C-FIND was answered ${formatStatus(status)}`);
}

function uidOf(match: Buffer): string | undefined {
  return readDataSet(match, CONTEXT).dataSet.text('SOPInstanceUID');
}
