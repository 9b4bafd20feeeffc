import { isUid } from '../../dicom/uid.js';
import type { CommandSet } from '../command-set.js';
import type { IncomingDataSet } from '../message.js';
import type { NegotiatedContext } from '../negotiation.js';
import { STATUSES } from '../status.js';

/** One C-STORE request, before its data set was read. */
export interface StoreRequest {
  readonly associationId: string;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly peerAddress: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}

/** What is answered. `comment` goes out as Error Comment: at most 64 characters, and never an attribute's value. */
export interface StoreOutcome {
  readonly status: number;
  readonly comment?: string;
}

/**
 * Where one data set goes. Exactly one of `finish` and `abandon` is called, after the last `write` was settled; no two
 * calls overlap. A method may reject with a `StoreOutcome`-like error (`status`, `comment`) to say what to answer.
 */
export interface StoreReception {
  /** The next bytes of the data set, as they came. They stay as they are until this settles, and no longer. */
  write(chunks: readonly Uint8Array[]): Promise<void>;
  /** All bytes came. Resolve only when what the outcome says is true: Success means durable. */
  finish(): Promise<StoreOutcome>;
  /** The data set will not be completed, or a write failed. */
  abandon(reason: string): Promise<void>;
}

export interface StoreSink {
  begin(request: StoreRequest): Promise<StoreReception | StoreOutcome>;
}

/**
 * C-STORE as SCP (PS3.7 §9.1.1, PS3.4 Annex B). Streams the data set to the sink and says what to answer. A data set
 * that nobody wants is read to its end all the same: the peer sends it before it listens.
 * @throws MessageError, AssociationEndedError after the reception was abandoned
 */
export async function receiveStore(
  sink: StoreSink,
  request: StoreRequest,
  context: NegotiatedContext,
  dataSet: IncomingDataSet | undefined,
): Promise<StoreOutcome> {
  const refused = refusal(request, context, dataSet);
  if (refused || !dataSet) {
    await dataSet?.skip();
    return refused ?? { status: STATUSES.cannotUnderstand.code };
  }
  let reception: StoreReception | StoreOutcome;
  try {
    reception = await sink.begin(request);
  } catch (error) {
    reception = outcomeOf(error);
  }
  if (!isReception(reception)) {
    await dataSet.skip();
    return reception;
  }
  return stream(reception, dataSet);
}

async function stream(reception: StoreReception, dataSet: IncomingDataSet): Promise<StoreOutcome> {
  let failed: StoreOutcome | undefined;
  for (;;) {
    let chunks: readonly Uint8Array[] | undefined;
    try {
      chunks = await dataSet.read();
    } catch (error) {
      if (!failed) await reception.abandon(messageOf(error)).catch(() => undefined);
      throw error;
    }
    if (!chunks) break;
    if (failed) continue;
    try {
      await reception.write(chunks);
    } catch (error) {
      failed = outcomeOf(error);
      await reception.abandon(messageOf(error)).catch(() => undefined);
    }
  }
  if (failed) return failed;
  try {
    return await reception.finish();
  } catch (error) {
    return outcomeOf(error);
  }
}

function refusal(
  request: StoreRequest,
  context: NegotiatedContext,
  dataSet: IncomingDataSet | undefined,
): StoreOutcome | undefined {
  if (!context.requestorIsScu) {
    return { status: STATUSES.notAuthorised.code, comment: 'SCU role was not negotiated' };
  }
  if (request.sopClassUid !== context.sopClassUid) {
    return {
      status: STATUSES.sopClassNotSupported.code,
      comment: 'SOP Class differs from the presentation context',
    };
  }
  if (!isUid(request.sopInstanceUid)) {
    return { status: STATUSES.invalidSopInstance.code, comment: 'SOP Instance UID is not a UID' };
  }
  if (!dataSet) return { status: STATUSES.cannotUnderstand.code, comment: 'No data set' };
  return undefined;
}

/** The C-STORE-RSP fields that tell of the instance; a UID that is none is not echoed. */
export function storeResponseFields(command: CommandSet, outcome: StoreOutcome): CommandSet {
  const instanceUid = command.affectedSopInstanceUid;
  return {
    ...(command.affectedSopClassUid !== undefined && {
      affectedSopClassUid: command.affectedSopClassUid,
    }),
    ...(instanceUid !== undefined && isUid(instanceUid) && { affectedSopInstanceUid: instanceUid }),
    status: outcome.status,
    ...(outcome.comment !== undefined && { errorComment: errorComment(outcome.comment) }),
  };
}

/** Error Comment (0000,0902) is an LO: 64 characters, no backslash or control characters. */
function errorComment(text: string): string {
  return text.replace(/[^\x20-\x5b\x5d-\x7e]/g, '?').slice(0, 64);
}

function isReception(value: StoreReception | StoreOutcome): value is StoreReception {
  return 'finish' in value;
}

const DISK_FULL = new Set(['ENOSPC', 'EDQUOT']);

function outcomeOf(error: unknown): StoreOutcome {
  if (typeof error === 'object' && error !== null) {
    if ('status' in error && typeof error.status === 'number') {
      const comment = 'comment' in error && typeof error.comment === 'string' && error.comment;
      return { status: error.status, ...(comment && { comment }) };
    }
    if ('code' in error && typeof error.code === 'string' && DISK_FULL.has(error.code)) {
      return { status: STATUSES.outOfResources.code, comment: 'No space left' };
    }
  }
  return { status: STATUSES.processingFailure.code, comment: 'Could not be stored' };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}
