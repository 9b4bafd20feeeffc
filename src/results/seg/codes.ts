import type { ResultKind } from '../../values/result-kinds.js';
import type { TissueName } from '../../values/tissue.js';
import { ALL_TISSUES, SEGMENTED_TISSUES } from '../segments.js';

/** The binary segmentations: which classes each shows, and how it is called. Their codes are TISSUE_CODES. */
export const SEGMENTATIONS = {
  segmentation: {
    tissues: SEGMENTED_TISSUES,
    contentLabel: 'OCT_LESIONS',
    contentDescription: 'Fluids and lesions of the retina',
  },
  'tissue-segmentation': {
    tissues: ALL_TISSUES,
    contentLabel: 'OCT_TISSUES',
    contentDescription: 'Tissues of the retina',
  },
} as const satisfies Partial<
  Record<
    ResultKind,
    {
      readonly tissues: readonly TissueName[];
      readonly contentLabel: string;
      readonly contentDescription: string;
    }
  >
>;

export type SegmentationKind = keyof typeof SEGMENTATIONS;
