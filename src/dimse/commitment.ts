import type { CommitmentReport, CommitmentRequest } from '../values/storage-commitment.js';
import { COMMAND_FIELDS } from './command-set.js';
import { DimseError } from './errors.js';
import { dataSetPdus } from './message.js';
import { describeContextResult } from './negotiation.js';
import { answered, failed } from './outcome.js';
import type { SendOutcome } from './outcome.js';
import { Requestor } from './requestor.js';
import type { DataSetWriter, Peer, RequestorOptions } from './requestor.js';
import { encodeCommitmentReport, encodeCommitmentRequest } from './services/commitment-data-set.js';
import {
  ACTION_COMMAND,
  commitmentContext,
  commitmentContexts,
  eventReportCommand,
} from './services/commitment-invoker.js';
import { performEventReport } from './services/commitment-performer.js';
import type { CommitmentSink } from './services/commitment-performer.js';
import { STATUSES } from './status.js';

export type { CommitmentSink, ReportingAssociation } from './services/commitment-performer.js';

export interface CommitmentOptions extends RequestorOptions {
  /** How long the association is held open for the report, in ms; 0: released at once, the report comes on another. */
  readonly hold: number;
  readonly reported: CommitmentSink['reported'];
}

/**
 * Storage commitment as SCU (PS3.4 J.3.2): N-ACTION over an association of its own. The outcome is the answer to the
 * request, not the report: that goes to `reported`, on this association or on one that comes in later. Never rejects.
 */
export async function requestCommitment(
  peer: Peer,
  request: CommitmentRequest,
  { hold, reported, ...options }: CommitmentOptions,
): Promise<SendOutcome> {
  let done = false;
  const serve: RequestorOptions['serve'] = async (message, context) => {
    if (message.command.commandField !== COMMAND_FIELDS['N-EVENT-REPORT-RQ']) {
      await message.dataSet?.skip();
      return { status: STATUSES.unrecognizedOperation.code };
    }
    return performEventReport(message, context, async (report) => {
      const defect = await reported(report);
      done ||= report.transactionUid === request.transactionUid;
      return defect;
    });
  };
  try {
    const association = await Requestor.open(peer, commitmentContexts(), { ...options, serve });
    try {
      const context = contextFor(association, 'SCU');
      const dataSet = encodeCommitmentRequest(request, context.transferSyntaxUid);
      const outcome = answered(
        await association.request(context.id, ACTION_COMMAND, wholeDataSet(dataSet)),
      );
      if (outcome.category === 'success' && hold > 0) await association.hold(hold, () => done);
      return outcome;
    } finally {
      await association.release();
    }
  } catch (error) {
    return failed(error);
  }
}

/**
 * Storage commitment as SCP (PS3.4 J.3.3): N-EVENT-REPORT over an association that we open, in the role of SCP. Never
 * rejects.
 */
export async function reportCommitment(
  peer: Peer,
  report: CommitmentReport,
  options: RequestorOptions = {},
): Promise<SendOutcome> {
  try {
    const association = await Requestor.open(peer, commitmentContexts('SCP'), options);
    try {
      const context = contextFor(association, 'SCP');
      const dataSet = encodeCommitmentReport(report, context.transferSyntaxUid);
      return answered(
        await association.request(context.id, eventReportCommand(report), wholeDataSet(dataSet)),
      );
    } finally {
      await association.release();
    }
  } catch (error) {
    return failed(error);
  }
}

function contextFor(association: Requestor, role: 'SCU' | 'SCP') {
  const context = commitmentContext(association.contexts, role);
  if (context) return context;
  const results = association.contexts.map(({ result }) => describeContextResult(result));
  throw new DimseError(
    'OCT_DIMSE_NO_CONTEXT',
    `Storage Commitment Push Model with us as ${role}: ${[...new Set(results)].join(', ')}`,
  );
}

function wholeDataSet(bytes: Uint8Array): DataSetWriter {
  return ({ contextId, payload, send }) => send(dataSetPdus(contextId, bytes, payload), true);
}
