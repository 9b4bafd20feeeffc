import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

import { DicomError } from './errors.js';

/** Deflate reaches 1032:1 on zeros; a scan with black borders reaches about 20:1. */
const MAX_RATIO = 200;
const FREE_BYTES = 16 * 1024 * 1024;
const MAX_INFLATED = 2 ** 31 - 1;

/**
 * The data set of the transfer syntax Deflated Explicit VR Little Endian (PS3.5 A.5), as Explicit VR Little Endian.
 * Throws OCT_DICOM_DEFLATE where it is damaged or grows beyond 200 times its size (a compression bomb).
 */
export async function inflateDataSet(deflated: Uint8Array): Promise<Uint8Array> {
  const maxOutputLength = Math.min(MAX_INFLATED, deflated.length * MAX_RATIO + FREE_BYTES);
  try {
    return await promisify(inflateRaw)(deflated, { maxOutputLength });
  } catch (cause) {
    throw new DicomError('OCT_DICOM_DEFLATE', {}, { cause });
  }
}
