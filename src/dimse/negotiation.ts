import {
  APPLICATION_CONTEXT_NAME,
  REQUESTOR_ROLES,
  TRANSFER_SYNTAXES_OF_MESSAGES,
  isStorage,
  sopClass,
} from '../dicom/uids.js';
import type {
  AnsweredContext,
  AssociateAc,
  AssociateRq,
  ContextResult,
  ExtendedNegotiation,
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
  /** May it be the SCP, whose N-EVENT-REPORTs we answer? Only where it proposed so and was answered so. */
  readonly requestorIsScp: boolean;
}

/** The acceptor's answer to each proposed context (PS3.8 §7.1.1.14). One transfer syntax a context: our first choice. */
export function negotiate(request: AssociateRq, accepted: Accepted): NegotiatedContext[] {
  const sopClasses = new Set(accepted.sopClasses);
  const roles = agreedRoles(request);
  return request.presentationContexts.map((context) => {
    const role = roles.get(context.abstractSyntax);
    const base = {
      id: context.id,
      sopClassUid: context.abstractSyntax,
      proposedTransferSyntaxes: context.transferSyntaxes,
      requestorIsScu: role?.scu ?? true,
      requestorIsScp: role?.scp ?? false,
    };
    if (!sopClasses.has(context.abstractSyntax)) {
      return { ...base, result: 'abstractSyntaxNotSupported' };
    }
    const ours =
      sopClass(context.abstractSyntax)?.use === 'commitment'
        ? TRANSFER_SYNTAXES_OF_MESSAGES
        : accepted.transferSyntaxes;
    const chosen = ours.find((uid) => context.transferSyntaxes.includes(uid));
    if (chosen === undefined) return { ...base, result: 'transferSyntaxesNotSupported' };
    return { ...base, result: 'acceptance', transferSyntaxUid: chosen };
  });
}

/** The proposed roles as far as our table allows them, by SOP class. */
function agreedRoles({ userInformation }: AssociateRq): ReadonlyMap<string, RoleSelection> {
  return new Map(
    userInformation.roleSelections.map(({ sopClassUid, scu, scp }) => {
      const use = sopClass(sopClassUid)?.use;
      const allowed = use === undefined ? { scu: true, scp: false } : REQUESTOR_ROLES[use];
      return [sopClassUid, { sopClassUid, scu: scu && allowed.scu, scp: scp && allowed.scp }];
    }),
  );
}

/** Role selection answers: once for each SOP class for which roles were proposed and a context accepted. */
export function answerRoles(
  request: AssociateRq,
  contexts: readonly NegotiatedContext[],
): RoleSelection[] {
  const accepted = acceptedSopClasses(contexts);
  return [...agreedRoles(request).values()].filter(({ sopClassUid }) => accepted.has(sopClassUid));
}

/**
 * Storage as SCP (PS3.4 B.3.1): level 2, every attribute is kept; digital signatures level 3, since nothing is changed;
 * no coercion. The bytes between are reserved.
 */
const STORAGE_SUPPORT = Uint8Array.of(2, 0, 3, 0, 0, 0);

/**
 * SOP Class Extended Negotiation answers (PS3.7 D.3.3.5): for the storage classes that asked and were accepted. A class
 * that defines no such information gets no answer, which says that the default holds; Common Extended Negotiation has
 * no answer at all (D.3.3.6), and a SOP class that we know only as a relative of another is not accepted for it.
 */
export function answerExtendedNegotiations(
  request: AssociateRq,
  contexts: readonly NegotiatedContext[],
): ExtendedNegotiation[] {
  const accepted = acceptedSopClasses(contexts);
  const asked = new Set(
    request.userInformation.extendedNegotiations.map(({ sopClassUid }) => sopClassUid),
  );
  return [...asked]
    .filter((uid) => accepted.has(uid) && isStorage(uid))
    .map((sopClassUid) => ({ sopClassUid, information: STORAGE_SUPPORT }));
}

function acceptedSopClasses(contexts: readonly NegotiatedContext[]): ReadonlySet<string> {
  return new Set(
    contexts.filter(({ result }) => result === 'acceptance').map((c) => c.sopClassUid),
  );
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

/** A pair of SOP class and transfer syntax that a requestor wants to use. */
export interface WantedContext {
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  /** Our role where it is not the requestor's default, SCU; the same for all contexts of a SOP class. */
  readonly role?: 'SCP';
}

/** One context each (dicom-objects.md §4.1), with the odd ids from 1 on: at most 128. */
export function proposedContexts(wanted: readonly WantedContext[]): ProposedContext[] {
  return wanted.map(({ sopClassUid, transferSyntaxUid }, index) => ({
    id: 2 * index + 1,
    abstractSyntax: sopClassUid,
    transferSyntaxes: [transferSyntaxUid],
  }));
}

/** Role selection proposals: for what we want to be SCP of, and for nothing else. */
export function proposedRoles(wanted: readonly WantedContext[]): RoleSelection[] {
  const asScp = new Set(wanted.flatMap(({ sopClassUid, role }) => (role ? [sopClassUid] : [])));
  return [...asScp].map((sopClassUid) => ({ sopClassUid, scu: false, scp: true }));
}

/**
 * What became of the contexts that we proposed. Where a peer leaves our role proposal without an answer the default
 * roles hold by the letter of PS3.7 D.3.3.4; older SCUs of storage commitment do so and take the report all the same,
 * so only a role that is refused counts as refused (decision 13).
 */
export function answeredProposals(
  proposed: readonly ProposedContext[],
  roles: readonly RoleSelection[],
  ac: AssociateAc,
): NegotiatedContext[] {
  const answers = new Map(ac.presentationContexts.map((context) => [context.id, context]));
  return proposed.map(({ id, abstractSyntax, transferSyntaxes }) => {
    const answer = answers.get(id);
    const result = answer?.result ?? 'noReason';
    const asked = roles.find(({ sopClassUid }) => sopClassUid === abstractSyntax);
    const granted = ac.userInformation.roleSelections.find(
      ({ sopClassUid }) => sopClassUid === abstractSyntax,
    );
    return {
      id,
      sopClassUid: abstractSyntax,
      proposedTransferSyntaxes: transferSyntaxes,
      result,
      ...(answer && result === 'acceptance' && { transferSyntaxUid: answer.transferSyntax }),
      requestorIsScu: asked === undefined || (asked.scu && (granted?.scu ?? true)),
      requestorIsScp: asked?.scp === true && (granted?.scp ?? true),
    };
  });
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
