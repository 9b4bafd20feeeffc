import type { ForeignProtocolError } from './pdu-reader.js';
import type { ForeignProtocol } from './foreign-protocol.js';
import type { Abort, AssociateRj } from './pdu.js';
import { ABORT_REASONS, ABORT_SOURCES, describeAbort, describeReject } from './reasons.js';
import type { AbortReason } from './reasons.js';
import { STATES } from './state-table.js';
import type { State } from './state-table.js';
import { describeTlsFailure, isTlsFailure } from './tls-failure.js';

/** How an association ended, or the attempt at one. */
export type AssociationEnd =
  | { readonly how: 'released' }
  /** By us or by the peer; source, result and reason as in PS3.8 Table 9-21. */
  | {
      readonly how: 'rejected';
      readonly by: 'us' | 'peer';
      readonly result: number;
      readonly source: number;
      readonly reason: number;
      readonly why: string;
    }
  /** An A-ABORT was sent or received (PS3.8 Table 9-26). */
  | {
      readonly how: 'aborted';
      readonly by: 'us' | 'peer';
      readonly source: number;
      readonly reason: number;
      readonly why: string;
    }
  /** The transport connection went away, or never came to be. `code` is Node's, e.g. ECONNREFUSED. */
  | { readonly how: 'disconnected'; readonly code: string; readonly why: string }
  /** What came in was not DICOM. */
  | { readonly how: 'notDicom'; readonly looksLike: ForeignProtocol; readonly why: string };

/** Thrown to whoever waits for data of an association that ended otherwise than by release. */
export class AssociationEndedError extends Error {
  override readonly name = 'AssociationEndedError';
  constructor(readonly end: AssociationEnd) {
    super(end.how === 'released' ? 'The association was released.' : end.why);
  }
}

/** The end that an A-ASSOCIATE-RJ makes. */
export function rejectedBy(
  by: 'us' | 'peer',
  rejection: Pick<AssociateRj, 'result' | 'source' | 'reason'>,
  why = describeReject(rejection.source, rejection.reason),
): AssociationEnd {
  const { result, source, reason } = rejection;
  return { how: 'rejected', by, result, source, reason, why };
}

/** The end that a received A-ABORT makes. */
export function abortedByPeer({ source, reason }: Abort): AssociationEnd {
  const why = `aborted by the peer, ${describeAbort(source, reason)}`;
  return { how: 'aborted', by: 'peer', source, reason, why };
}

/** The end that the loss of the transport connection makes, with the socket's error where it told one. */
export function disconnectedBy(error: NodeJS.ErrnoException | undefined): AssociationEnd {
  if (!error)
    return { how: 'disconnected', code: 'ECONNRESET', why: 'the peer closed the connection' };
  const code = error.code ?? 'ECONNRESET';
  if (isTlsFailure(code)) return { how: 'disconnected', code, why: describeTlsFailure(code) };
  return { how: 'disconnected', code, why: `the connection failed (${code})` };
}

/** The end of a connection that we close because of a timer, or while it is still being made. */
export function timedOut(why = 'the connection was closed'): AssociationEnd {
  return { how: 'disconnected', code: 'ETIMEDOUT', why };
}

/** What we know of the cause when we abort. */
export interface AbortCause {
  /** For our own record. */
  readonly why?: string;
  /** For the peer. */
  readonly reason?: AbortReason;
  readonly foreign?: ForeignProtocolError;
}

/**
 * The A-ABORT that we send, and the end that it makes. The standard lets AA-1 abort as service-user; where the cause
 * is what the peer sent, we abort as service-provider in Sta2 too, since only then does the reason field tell the peer
 * what was wrong (R14).
 */
export function abortedByUs(
  onRequest: boolean,
  { why = 'unexpected PDU', reason, foreign }: AbortCause,
): { readonly pdu: Abort; readonly end: AssociationEnd } {
  const byUser = onRequest && reason === undefined;
  const source = byUser ? ABORT_SOURCES.serviceUser : ABORT_SOURCES.serviceProvider;
  const { code } = ABORT_REASONS[byUser ? 'notSpecified' : (reason ?? 'unexpectedPdu')];
  return {
    pdu: { type: 'A-ABORT', source, reason: code },
    end: foreign
      ? { how: 'notDicom', looksLike: foreign.looksLike, why }
      : { how: 'aborted', by: 'us', source, reason: code, why },
  };
}

/** Told to a caller who asks for what the association's state does not allow, though it has not ended. */
export function outOfState(primitive: string, state: State): AssociationEnd {
  const why = `${primitive} in ${state} (${STATES[state]})`;
  return { how: 'disconnected', code: 'OCT_DIMSE_STATE', why };
}
