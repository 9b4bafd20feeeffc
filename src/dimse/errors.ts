/**
 * The coded errors of the DIMSE layer. `failure` says what a repetition would bring: `transient` try again later,
 * `permanent` nothing until configuration or peer change, `ambiguous` the peer may have it already.
 */
export type FailureClass = 'transient' | 'permanent' | 'ambiguous';

export const DIMSE_ERRORS = {
  OCT_DIMSE_OPTION: {
    failure: 'permanent',
    sentence: 'A setting of the DICOM network cannot be used; correct it.',
  },
  OCT_DIMSE_UNREACHABLE: {
    failure: 'transient',
    sentence: 'No connection to the peer; check host, port, network and whether it runs.',
  },
  OCT_DIMSE_TLS: {
    failure: 'transient',
    sentence:
      'No TLS connection to the peer; certificates, authorities or names must be put right.',
  },
  OCT_DIMSE_REJECTED: {
    failure: 'permanent',
    sentence: 'The peer rejected the association for good; it must know our AE title and we its.',
  },
  OCT_DIMSE_REJECTED_FOR_NOW: {
    failure: 'transient',
    sentence: 'The peer rejected the association for the moment; it is busy or full.',
  },
  OCT_DIMSE_NO_CONTEXT: {
    failure: 'permanent',
    sentence: 'The peer accepts no presentation context for the object; it must be configured to.',
  },
  OCT_DIMSE_INTERRUPTED: {
    failure: 'transient',
    sentence: 'The association ended before the object was sent whole.',
  },
  OCT_DIMSE_NO_RESPONSE: {
    failure: 'ambiguous',
    sentence: 'The object was sent whole, but the association ended without an answer to it.',
  },
  OCT_DIMSE_PROTOCOL: {
    failure: 'transient',
    sentence: 'The peer broke the protocol; the association was aborted.',
  },
  OCT_DIMSE_FILE: {
    failure: 'permanent',
    sentence: 'The file of the object cannot be read, or is not what it was said to be.',
  },
} as const satisfies Record<string, { failure: FailureClass; sentence: string }>;
export type DimseErrorCode = keyof typeof DIMSE_ERRORS;

/** What happened is `detail`, what it means and what to do follows from the code. */
export class DimseError extends Error {
  override readonly name = 'DimseError';
  readonly failure: FailureClass;

  constructor(
    readonly code: DimseErrorCode,
    readonly detail: string,
  ) {
    super(`${DIMSE_ERRORS[code].sentence} (${detail})`);
    this.failure = DIMSE_ERRORS[code].failure;
  }
}
