import { APPLICATION_CONTEXT_NAME } from '../dicom/uids.js';
import type {
  AnsweredContext,
  AssociateRq,
  ContextResult,
  ProposedContext,
  RoleSelection,
} from './upper-layer/pdu.js';
import { CONTEXT_RESULTS } from './upper-layer/pdu.js';
import type { RejectReason, RejectResult } from './upper-layer/reasons.js';

/** What an acceptor takes: SOP classes, and transfer syntaxes in the order of preference. */
export interface Accepted {
  readonly sopClasses: readonly string[];
  readonly transferSyntaxes: readonly string[];
}

/** One presentation context as it was proposed and answered: for the record and for those who ask "why refused?". */
export interface NegotiatedContext {
  readonly id: number;
  readonly sopClassUid: string;
  readonly proposedTransferSyntaxes: readonly string[];
  readonly result: ContextResult;
  /** Present where the result is acceptance. */
  readonly transferSyntaxUid?: string;
  /** May the association-requestor invoke operations, as SCU? Its default role (PS3.7 D.3.3.4). */
  readonly requestorIsScu: boolean;
}

/** The acceptor's answer to each proposed context (PS3.8 §7.1.1.14). One transfer syntax a context: our first choice. */
export function negotiate(request: AssociateRq, accepted: Accepted): NegotiatedContext[] {
  const sopClasses = new Set(accepted.sopClasses);
  const roles = new Map(request.userInformation.roleSelections.map((r) => [r.sopClassUid, r]));
  return request.presentationContexts.map((context) => {
    const role = roles.get(context.abstractSyntax);
    const base = {
      id: context.id,
      sopClassUid: context.abstractSyntax,
      proposedTransferSyntaxes: context.transferSyntaxes,
      requestorIsScu: role?.scu ?? true,
    };
    if (!sopClasses.has(context.abstractSyntax)) {
      return { ...base, result: 'abstractSyntaxNotSupported' };
    }
    const chosen = accepted.transferSyntaxes.find((uid) => context.transferSyntaxes.includes(uid));
    if (chosen === undefined) return { ...base, result: 'transferSyntaxesNotSupported' };
    return { ...base, result: 'acceptance', transferSyntaxUid: chosen };
  });
}

/**
 * Role selection answers: the requestor may be SCU of what we store; we are never the SCU towards it, so the SCP role
 * is refused. Only for SOP classes for which it was proposed and a context accepted.
 */
export function answerRoles(
  request: AssociateRq,
  contexts: readonly NegotiatedContext[],
): RoleSelection[] {
  const accepted = new Set(
    contexts.filter(({ result }) => result === 'acceptance').map((c) => c.sopClassUid),
  );
  return request.userInformation.roleSelections
    .filter(({ sopClassUid }) => accepted.has(sopClassUid))
    .map(({ sopClassUid, scu }) => ({ sopClassUid, scu, scp: false }));
}

/** The items of the A-ASSOCIATE-AC. A refused context repeats a proposed syntax: the field is there, but not tested. */
export function answeredContexts(contexts: readonly NegotiatedContext[]): AnsweredContext[] {
  return contexts.map(({ id, result, transferSyntaxUid, proposedTransferSyntaxes }) => ({
    id,
    result,
    transferSyntax: transferSyntaxUid ?? proposedTransferSyntaxes[0] ?? '',
  }));
}

export interface Refusal {
  readonly result: RejectResult;
  readonly reason: RejectReason;
  /** For our own record, in words. */
  readonly why: string;
}

/** What an association request lacks before anyone asks who the caller is. */
export function refusalOf(
  request: AssociateRq,
  ourAeTitles: readonly string[],
): Refusal | undefined {
  if (request.applicationContextName !== APPLICATION_CONTEXT_NAME) {
    return {
      result: 'permanent',
      reason: 'applicationContextNameNotSupported',
      why: `application context ${request.applicationContextName || '(none)'} is not DICOM's`,
    };
  }
  if (!ourAeTitles.includes(request.calledAeTitle)) {
    return {
      result: 'permanent',
      reason: 'calledAeTitleNotRecognised',
      why: `the caller addressed another AE title than ${ourAeTitles.join(' or ')}`,
    };
  }
  return undefined;
}

/** A pair of SOP class and transfer syntax that a requestor wants to send. */
export interface WantedContext {
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
}

/** One context each (dicom-objects.md §4.1), with the odd ids from 1 on: at most 128. */
export function proposedContexts(wanted: readonly WantedContext[]): ProposedContext[] {
  return wanted.map(({ sopClassUid, transferSyntaxUid }, index) => ({
    id: 2 * index + 1,
    abstractSyntax: sopClassUid,
    transferSyntaxes: [transferSyntaxUid],
  }));
}

/** Context ids are the odd numbers from 1 to 255. */
export const MAX_CONTEXTS = 128;

/** In words, for a reason: what became of one proposed context. */
export function describeContextResult(result: ContextResult): string {
  const words: Record<ContextResult, string> = {
    acceptance: 'accepted',
    userRejection: 'rejected by the peer',
    noReason: 'rejected without a reason',
    abstractSyntaxNotSupported: 'SOP class not supported',
    transferSyntaxesNotSupported: 'transfer syntax not supported',
  };
  return `${words[result]} (${CONTEXT_RESULTS[result]})`;
}
