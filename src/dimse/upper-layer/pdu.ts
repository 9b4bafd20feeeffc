/**
 * The seven protocol data units of PS3.8 §9.3 as values. `pdu-encode.ts` and `pdu-decode.ts` turn them to bytes and
 * back, `pdu-reader.ts` takes them from a stream.
 */

/** Type (1), reserved (1), length of what follows (4). */
export const PDU_HEADER_LENGTH = 6;
/** What a presentation data value costs beside its payload: item length (4), context id (1), control header (1). */
export const PDV_HEADER_LENGTH = 6;

export const PDU_TYPES = {
  'A-ASSOCIATE-RQ': 0x01,
  'A-ASSOCIATE-AC': 0x02,
  'A-ASSOCIATE-RJ': 0x03,
  'P-DATA-TF': 0x04,
  'A-RELEASE-RQ': 0x05,
  'A-RELEASE-RP': 0x06,
  'A-ABORT': 0x07,
} as const;
export type PduName = keyof typeof PDU_TYPES;

export const ITEM_TYPES = {
  applicationContext: 0x10,
  presentationContextRq: 0x20,
  presentationContextAc: 0x21,
  abstractSyntax: 0x30,
  transferSyntax: 0x40,
  userInformation: 0x50,
  maximumLength: 0x51,
  implementationClassUid: 0x52,
  asynchronousOperationsWindow: 0x53,
  roleSelection: 0x54,
  implementationVersionName: 0x55,
  sopClassExtendedNegotiation: 0x56,
  sopClassCommonExtendedNegotiation: 0x57,
} as const;

/** Bit 0 of the Protocol-version field stands for version 1, the only one there is. */
export const PROTOCOL_VERSION = 1;

export interface ProposedContext {
  /** Odd, 1 to 255. */
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** Result/Reason of a presentation context in an A-ASSOCIATE-AC (PS3.8 Table 9-18). */
export const CONTEXT_RESULTS = {
  acceptance: 0,
  userRejection: 1,
  noReason: 2,
  abstractSyntaxNotSupported: 3,
  transferSyntaxesNotSupported: 4,
} as const;
export type ContextResult = keyof typeof CONTEXT_RESULTS;

export interface AnsweredContext {
  readonly id: number;
  readonly result: ContextResult;
  /** Significant only where the result is acceptance. */
  readonly transferSyntax: string;
}

/** PS3.7 D.3.3.4: the roles of the association-requestor for one SOP class. */
export interface RoleSelection {
  readonly sopClassUid: string;
  readonly scu: boolean;
  readonly scp: boolean;
}

export interface ExtendedNegotiation {
  readonly sopClassUid: string;
  readonly information: Uint8Array;
}

/** PS3.7 D.3.3.6: what a SOP class is a specialisation of. Only a requestor sends it; there is no answer to it. */
export interface CommonExtendedNegotiation {
  readonly sopClassUid: string;
  readonly serviceClassUid: string;
  readonly relatedGeneralSopClassUids: readonly string[];
}

export interface UserInformation {
  /** Longest P-DATA-TF variable field that the sender of this item can receive, in bytes; 0 = no limit. */
  readonly maxPduLength: number;
  readonly implementationClassUid: string;
  readonly implementationVersionName?: string;
  /** Decoded for the record; this node never offers nor echoes it (R23). */
  readonly asynchronousOperations?: { readonly invoked: number; readonly performed: number };
  readonly roleSelections: readonly RoleSelection[];
  /** The service class application information of PS3.7 D.3.3.5, for the SOP class to understand. */
  readonly extendedNegotiations: readonly ExtendedNegotiation[];
  /** Decoded for the record; absent where none came. */
  readonly commonExtendedNegotiations?: readonly CommonExtendedNegotiation[];
}

interface Associate<Context> {
  readonly protocolVersion: number;
  /** Without the padding; see `ae-title.ts`. */
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly applicationContextName: string;
  readonly presentationContexts: readonly Context[];
  readonly userInformation: UserInformation;
}

export interface AssociateRq extends Associate<ProposedContext> {
  readonly type: 'A-ASSOCIATE-RQ';
}

/** The AE titles are echoed from the request and not to be tested (PS3.8 Table 9-17). */
export interface AssociateAc extends Associate<AnsweredContext> {
  readonly type: 'A-ASSOCIATE-AC';
}

/** Result, source and reason as numbers: `reject-reasons.ts` names them. */
export interface AssociateRj {
  readonly type: 'A-ASSOCIATE-RJ';
  readonly result: number;
  readonly source: number;
  readonly reason: number;
}

export interface PresentationDataValue {
  readonly contextId: number;
  readonly isCommand: boolean;
  readonly isLast: boolean;
  readonly payload: Uint8Array;
}

export interface PDataTf {
  readonly type: 'P-DATA-TF';
  readonly values: readonly PresentationDataValue[];
}

export interface ReleaseRq {
  readonly type: 'A-RELEASE-RQ';
}

export interface ReleaseRp {
  readonly type: 'A-RELEASE-RP';
}

export interface Abort {
  readonly type: 'A-ABORT';
  readonly source: number;
  readonly reason: number;
}

/** All but P-DATA-TF: small enough to be held whole. */
export type ControlPdu = AssociateRq | AssociateAc | AssociateRj | ReleaseRq | ReleaseRp | Abort;
export type Pdu = ControlPdu | PDataTf;
