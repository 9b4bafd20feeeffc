/** What can go wrong between a model folder and `Findings`; each sentence says what to do. */
export const INFERENCE_ERRORS = {
  OCT_MODEL_MANIFEST_UNREADABLE:
    'The model manifest cannot be read. Point OCTRIAGE_MODELS at a folder that holds manifest.json.',
  OCT_MODEL_MANIFEST_INVALID:
    'The model manifest does not have the form this version understands. Correct it, or use a model set made for this version.',
  OCT_MODEL_CLASSES_DIFFER:
    'The model set numbers its classes in another way than this program. Use a model set made for this version.',
  OCT_MODEL_FILE_MISSING:
    'A file named in the model manifest is missing. Copy the whole model folder again.',
  OCT_MODEL_FILE_CHANGED:
    'A file of the model set is not the one its manifest was written for. Copy the whole model folder again.',
  OCT_OPERATING_POINT_UNKNOWN:
    'The model set has no operating point of this name. Choose one that it has in OCTRIAGE_OPERATING_POINT, or leave it empty.',
  OCT_MODEL_NOT_LOADABLE:
    'ONNX Runtime could not load a network with any of the configured execution providers.',
  OCT_MODEL_CONTRACT_BROKEN:
    'A network has other inputs or outputs than its manifest says. Use a model set made for this version.',
  OCT_PROVIDER_LOST:
    'The execution provider stopped working: a GPU or its driver is gone. The worker starts again with what there is; see docs/guides/gpu.md.',
  OCT_GOLDEN_SCAN_DEVIATES:
    'The networks do not give the known answer for the golden scan on this machine. No scan is read until they do; check memory, GPU, driver and the model folder.',
  OCT_NETWORK_OUTPUT_INVALID:
    'A network gave values that are not numbers or have the wrong shape. The scan is not assessed.',
} as const;

export type InferenceErrorCode = keyof typeof INFERENCE_ERRORS;

/** An error with a stable `code`; `detail` names files, fields and numbers, never anything of a patient. */
export class InferenceError extends Error {
  override readonly name = 'InferenceError';

  constructor(
    readonly code: InferenceErrorCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${INFERENCE_ERRORS[code]} (${detail})`, options);
  }
}
