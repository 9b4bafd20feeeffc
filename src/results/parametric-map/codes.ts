import { CONCEPTS } from '../coding-scheme.js';
import { SCT, UNITS } from '../standard-codes.js';

/** What a value of the parametric map says (PS3.3 C.7.6.16.2.11, Quantity Definition Sequence). */
export const QUANTITY = {
  concept: SCT.quantity,
  value: CONCEPTS.networkDisagreement,
  unit: UNITS.ratio,
  label: 'DISAGREEMENT',
  explanation: 'Share of the segmentation networks that see another class',
} as const;

/** PS3.3 C.8.32.2: values 3 and 4 are image flavour and derived pixel contrast. */
export const IMAGE_TYPE = ['DERIVED', 'PRIMARY', 'VOLUME', 'QUANTITY'] as const;
