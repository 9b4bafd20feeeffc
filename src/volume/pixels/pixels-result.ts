import type { NotAssessedReason } from '../../values/not-assessed-reason.js';
import type { LossyCompression } from './lossy.js';

/** The value of a native Pixel Data, little endian, or why there is none. */
export type PixelsResult =
  | {
      readonly pixels: Uint8Array;
      /** Where the codestream itself says that it lost something. */
      readonly lossy?: LossyCompression;
    }
  | { readonly reason: NotAssessedReason };

export function unreadable(detail: string): { readonly reason: NotAssessedReason } {
  return { reason: { name: 'PIXELS_NOT_READABLE', detail } };
}
