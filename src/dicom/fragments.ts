import { DicomError } from './errors.js';

const ITEM = 0xfffee000;
const SEQUENCE_DELIMITER = 0xfffee0dd;
const ITEM_HEADER_LENGTH = 8;

/**
 * The fragments of an encapsulated Pixel Data in memory (PS3.5 A.4), offset table left out; `offset` is that of its
 * first item. Throws DicomError OCT_DICOM_STRUCTURE.
 */
export function fragmentsOf(bytes: Uint8Array, offset: number): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fragments: Uint8Array[] = [];
  for (let at = offset; at + ITEM_HEADER_LENGTH <= bytes.length;) {
    const tag = view.getUint16(at, true) * 0x10000 + view.getUint16(at + 2, true);
    const length = view.getUint32(at + 4, true);
    const from = at + ITEM_HEADER_LENGTH;
    if (tag === SEQUENCE_DELIMITER) return fragments.slice(1);
    if (tag !== ITEM || from + length > bytes.length) break;
    fragments.push(bytes.subarray(from, from + length));
    at = from + length;
  }
  throw new DicomError('OCT_DICOM_STRUCTURE', { offset, reason: 'fragments' });
}
