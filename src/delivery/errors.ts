import type { ErrorClass } from './outcome-table.js';

/**
 * The coded errors of delivery. `failure` as for DIMSE: `transient` try again later, `permanent` nothing until
 * something changes, `ambiguous` the destination may have it already.
 */
export const DELIVERY_ERRORS = {
  OCT_DELIVERY_UNKNOWN: {
    failure: 'ambiguous',
    sentence:
      'The sender gave no outcome; it is tried again. This is a defect of OCTriage: report it.',
  },
  OCT_DELIVERY_TOO_LARGE: {
    failure: 'permanent',
    sentence:
      'The object is larger than its destination is to be sent; raise maximumObjectSize, or name a fallback.',
  },
  OCT_DELIVERY_NOT_VERIFIED: {
    failure: 'permanent',
    sentence:
      'The destination answered Success, but a query does not find the object there; look at the destination, then replay.',
  },
  OCT_STOW_UNREACHABLE: {
    failure: 'transient',
    sentence:
      'No connection to the web service; check URL, network, certificates and whether it runs.',
  },
  OCT_STOW_CREDENTIALS: {
    failure: 'transient',
    sentence: 'The web service does not let us in; renew the token or password in its file.',
  },
  OCT_STOW_BUSY: {
    failure: 'transient',
    sentence: 'The web service cannot take it at the moment.',
  },
  OCT_STOW_NO_RESPONSE: {
    failure: 'ambiguous',
    sentence: 'The connection ended before the web service had answered; it may have the objects.',
  },
  OCT_STOW_ANSWER: {
    failure: 'ambiguous',
    sentence: 'The answer of the web service does not say what became of the object.',
  },
  OCT_STOW_MEDIA_TYPE: {
    failure: 'permanent',
    sentence: 'The web service does not take this kind of object or its transfer syntax.',
  },
  OCT_STOW_TOO_LARGE: {
    failure: 'permanent',
    sentence: 'The object is too large for the web service.',
  },
  OCT_STOW_REFUSED: {
    failure: 'permanent',
    sentence: 'The web service refuses the request; check its URL and what it allows us.',
  },
  OCT_STOW_FILE: {
    failure: 'permanent',
    sentence: 'The file of the object cannot be read.',
  },
  OCT_NOTIFICATION_UNREACHABLE: {
    failure: 'transient',
    sentence:
      'No answer from the receiver of notifications; check URL, network, certificates and whether it runs.',
  },
  OCT_NOTIFICATION_CREDENTIALS: {
    failure: 'transient',
    sentence:
      'The receiver of notifications does not let us in; renew the token or password in its file.',
  },
  OCT_NOTIFICATION_SECRET: {
    failure: 'transient',
    sentence:
      'The secret that signs notifications cannot be used; give it in its file or variable, 24 bytes or more.',
  },
  OCT_NOTIFICATION_BUSY: {
    failure: 'transient',
    sentence: 'The receiver of notifications cannot take it at the moment.',
  },
  OCT_NOTIFICATION_REFUSED: {
    failure: 'permanent',
    sentence:
      'The receiver of notifications refuses it; look at its log, then `octriage notifications replay`.',
  },
  OCT_NOTIFICATION_NO_TARGET: {
    failure: 'permanent',
    sentence:
      'No row of the table of notifications has this name any more; give it back, then replay, or cancel.',
  },
} as const satisfies Record<string, { failure: ErrorClass; sentence: string }>;

export type DeliveryErrorCode = keyof typeof DELIVERY_ERRORS;

/** What happened is `detail`: codes and statuses only, nothing that a peer wrote. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly failure: ErrorClass;

  constructor(
    readonly code: DeliveryErrorCode,
    detail: string,
  ) {
    super(`${DELIVERY_ERRORS[code].sentence} (${detail})`);
    this.failure = DELIVERY_ERRORS[code].failure;
  }
}

/** The outcome of what ended with an error. */
export function failureOf(error: DeliveryError) {
  const { failure, code, message: reason } = error;
  return { kind: 'failed', failure, code, reason } as const;
}
