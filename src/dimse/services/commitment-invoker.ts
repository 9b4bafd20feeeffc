import {
  SOP_CLASSES,
  STORAGE_COMMITMENT_INSTANCE_UID,
  TRANSFER_SYNTAXES_OF_MESSAGES,
} from '../../dicom/uids.js';
import type { CommitmentReport } from '../../values/storage-commitment.js';
import { COMMAND_FIELDS, DATA_SET_FOLLOWS } from '../command-set.js';
import type { CommandSet } from '../command-set.js';
import type { NegotiatedContext, WantedContext } from '../negotiation.js';
import { ACTION_TYPE_ID, EVENT_TYPE_IDS } from './commitment-performer.js';

const { uid } = SOP_CLASSES.storageCommitmentPushModel;

/** The command of an N-ACTION-RQ (PS3.7 Table 10.3-7). */
export const ACTION_COMMAND: CommandSet = {
  commandField: COMMAND_FIELDS['N-ACTION-RQ'],
  requestedSopClassUid: uid,
  requestedSopInstanceUid: STORAGE_COMMITMENT_INSTANCE_UID,
  actionTypeId: ACTION_TYPE_ID,
  commandDataSetType: DATA_SET_FOLLOWS,
};

/** The command of an N-EVENT-REPORT-RQ (PS3.7 Table 10.3-1). */
export function eventReportCommand({ failed }: CommitmentReport): CommandSet {
  return {
    commandField: COMMAND_FIELDS['N-EVENT-REPORT-RQ'],
    affectedSopClassUid: uid,
    affectedSopInstanceUid: STORAGE_COMMITMENT_INSTANCE_UID,
    eventTypeId: failed.length > 0 ? EVENT_TYPE_IDS.failuresExist : EVENT_TYPE_IDS.successful,
    commandDataSetType: DATA_SET_FOLLOWS,
  };
}

/** A context for each transfer syntax, since some take Implicit VR Little Endian and nothing else (R35). */
export function commitmentContexts(role?: 'SCP'): WantedContext[] {
  return TRANSFER_SYNTAXES_OF_MESSAGES.map((transferSyntaxUid) => ({
    sopClassUid: uid,
    transferSyntaxUid,
    ...(role && { role }),
  }));
}

/** The accepted context on which the requestor of the association has the role. */
export function commitmentContext(
  contexts: Iterable<NegotiatedContext>,
  requestorRole: 'SCU' | 'SCP',
): (NegotiatedContext & { readonly transferSyntaxUid: string }) | undefined {
  for (const context of contexts) {
    const { transferSyntaxUid, requestorIsScu, requestorIsScp } = context;
    if (context.sopClassUid !== uid || context.result !== 'acceptance' || !transferSyntaxUid)
      continue;
    if (requestorRole === 'SCU' ? requestorIsScu : requestorIsScp)
      return { ...context, transferSyntaxUid };
  }
  return undefined;
}
