import type { AssociationEnd } from './association-end.js';
import type { AssociateAc, AssociateRq } from './pdu.js';
import type { Timers } from './timers.js';

/** The indications and confirmations of PS3.8 §7, as the service-user receives them. */
export interface UpperLayerUser {
  associateIndication?(request: AssociateRq): void;
  associateConfirmation?(answer: AssociateAc): void;
  releaseIndication(): void;
  /** Exactly once, as soon as the association is over; the socket may live on until the peer or a timer closes it. */
  ended(end: AssociationEnd): void;
}

export interface UpperLayerOptions {
  readonly timers: Timers;
  /** The longest P-DATA-TF variable field that we take, in bytes, as we advertise it. */
  readonly maxPduLength: number;
}
