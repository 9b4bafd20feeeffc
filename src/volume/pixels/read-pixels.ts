import type { Part10Header } from '../../dicom/part10.js';
import { transferSyntax } from '../../dicom/uids.js';
import { codecOf } from './codecs.js';
import { readEncapsulatedPixels } from './encapsulated-pixels.js';
import { readNativePixels } from './native-pixels.js';
import { unreadable, type PixelsResult } from './pixels-result.js';

/**
 * The pixels of a stored file, in whatever transfer syntax it came, as the little-endian value of a native Pixel Data.
 * Throws DicomError where a deflated data set is damaged, and the file system's errors.
 */
export async function readPixels(path: string, header: Part10Header): Promise<PixelsResult> {
  if (header.pixelData === undefined) return unreadable('the object has no Pixel Data');
  const syntax = transferSyntax(header.transferSyntaxUid);
  if (syntax === undefined)
    return unreadable(`there is no decoder for transfer syntax ${header.transferSyntaxUid}`);
  if (!syntax.encapsulated) return readNativePixels(path, header, syntax);
  const codec = codecOf(syntax.uid);
  if (codec === undefined) return unreadable(`there is no decoder for ${syntax.name}`);
  return readEncapsulatedPixels(path, header, codec);
}
