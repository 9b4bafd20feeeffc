/** What can keep a folder of scans from being evaluated; each sentence says what to do. */
export const EVALUATION_ERRORS = {
  OCT_TRUTH_TABLE_INVALID:
    'The table of the truth cannot be used. Correct it; docs/guides/evaluate.md names its columns.',
  OCT_TRUTH_NOT_USABLE:
    'A segmentation of the truth cannot be laid over its scan. Give a DICOM Segmentation that refers to the frames of the scan, or a .npy file of its shape.',
} as const;

export type EvaluationErrorCode = keyof typeof EVALUATION_ERRORS;

/** An error with a stable `code`; `detail` names files, columns and numbers. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';

  constructor(
    readonly code: EvaluationErrorCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${EVALUATION_ERRORS[code]} (${detail})`, options);
  }
}
