import { decodeRle as decode, RleError } from '../../dicom/rle.js';
import { FrameError } from './frame-error.js';

/** `decodeRle` of src/dicom for a frame of a scan. Throws FrameError. */
export function decodeRle(bytes: Uint8Array, pixels: number, bytesPerSample: 1 | 2): Uint8Array {
  try {
    return decode(bytes, pixels, bytesPerSample);
  } catch (error) {
    if (error instanceof RleError) throw new FrameError(error.message);
    throw error;
  }
}
