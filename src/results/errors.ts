/** Why no object can be made of an input, by stable code. */
export const RESULT_ERRORS = {
  OCT_RESULT_DEFECT:
    'A result did not pass the gate before sending. It is held and nothing is sent; report it, this is a defect of OCTriage.',
} as const;

export type ResultErrorCode = keyof typeof RESULT_ERRORS;

export class ResultError extends Error {
  override readonly name = 'ResultError';

  /** `detail` names rules and attributes, never a value. */
  constructor(
    readonly code: ResultErrorCode,
    detail?: string,
  ) {
    super(detail === undefined ? RESULT_ERRORS[code] : `${RESULT_ERRORS[code]} (${detail})`);
  }
}
