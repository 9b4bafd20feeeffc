import type { NegotiatedContext } from './negotiation.js';
import type { ForeignProtocol } from './upper-layer/foreign-protocol.js';
import type { ProposedContext } from './upper-layer/pdu.js';
import type { RejectReason } from './upper-layer/reasons.js';

/** Who called whom, as far as it is known. AE titles are shown in hex where they are not printable (R26). */
export interface Caller {
  readonly associationId: string;
  readonly peerAddress: string;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
}

/** R5: a difference between these is a loss that someone must see. */
export interface AssociationCounts {
  /** C-STORE requests that came in. */
  readonly invoked: number;
  /** Responses that went out. */
  readonly answered: number;
  /** Responses with a success or warning status that went out. */
  readonly stored: number;
}

/** What happened on the listener, for log and ledger. Carries no attribute of any data set. */
export type AssociationEvent =
  | ({
      readonly type: 'requested';
      readonly implementationClassUid: string;
      readonly implementationVersionName: string;
      /** What the peer can receive, in bytes; 0 = no limit. */
      readonly peerMaxPduLength: number;
      readonly proposed: readonly ProposedContext[];
    } & Caller)
  /** `contexts` may all be refused: the association stands then, and can carry nothing (R24). */
  | ({
      readonly type: 'accepted';
      readonly contexts: readonly NegotiatedContext[];
      /** TLS version and cipher suite, or 'plain'. */
      readonly security: string;
    } & Caller)
  | ({
      readonly type: 'rejected';
      readonly result: 'permanent' | 'transient';
      /** What was lacking. */
      readonly lack: RejectReason;
      readonly why: string;
      readonly proposed: readonly ProposedContext[];
    } & Caller)
  | ({ readonly type: 'released'; readonly counts: AssociationCounts } & Caller)
  /** Ended by an A-ABORT of either side. */
  | ({
      readonly type: 'aborted';
      readonly by: 'us' | 'peer';
      readonly source: number;
      readonly reason: number;
      readonly why: string;
      readonly counts: AssociationCounts;
    } & Caller)
  /** The connection went away without release or abort. */
  | ({
      readonly type: 'disconnected';
      readonly code: string;
      readonly why: string;
      readonly counts: AssociationCounts;
    } & Caller)
  /** Something else than DICOM called (R14). */
  | {
      readonly type: 'notDicom';
      readonly associationId: string;
      readonly peerAddress: string;
      readonly looksLike: ForeignProtocol;
    }
  /** On the TLS port: no TLS connection came to be, with what stood against it in words (R15). */
  | {
      readonly type: 'notSecured';
      readonly associationId: string;
      readonly peerAddress: string;
      readonly why: string;
    };
