/** What can go wrong before the first decision. */
export const REFERRAL_ERRORS = {
  OCT_COST_MATRIX_UNREADABLE:
    'The cost matrix cannot be read. Copy the whole model folder again, decision.json included.',
  OCT_COST_MATRIX_INVALID:
    'The cost matrix would make wrong decisions cheap. Correct decision.json as the detail says.',
} as const;

export type ReferralErrorCode = keyof typeof REFERRAL_ERRORS;

/** An error with a stable `code`. */
export class ReferralError extends Error {
  override readonly name = 'ReferralError';

  constructor(
    readonly code: ReferralErrorCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${REFERRAL_ERRORS[code]} (${detail})`, options);
  }
}
