import type { AbortReason } from './reasons.js';

/** Bytes that are not the PDU they claim to be: Evt19 of PS3.8, with the reason that goes into the A-ABORT. */
export class PduError extends Error {
  override readonly name = 'PduError';
  constructor(
    readonly abortReason: AbortReason,
    message: string,
  ) {
    super(message);
  }
}
