import type { DataSet } from '../dicom/data-set.js';
import { DicomError } from '../dicom/errors.js';
import { fragmentsOf } from '../dicom/fragments.js';
import { readPart10 } from '../dicom/part10.js';
import { decodeRle, RleError } from '../dicom/rle.js';
import type { ResultObject } from '../values/result-objects.js';
import type { ResultKind } from '../values/result-kinds.js';
import type { Defects } from './defect.js';
import { RESULT_FORMS } from './kinds.js';
import type { ResultInput } from './result-input.js';

/** One object as it was read back from the bytes that would be sent. */
export interface ReadResult {
  readonly object: ResultObject;
  readonly dataSet: DataSet;
  /** Pixel Data or Float Pixel Data where they are native; empty else. */
  readonly pixels: Uint8Array;
  /** The frames where they are encapsulated, a fragment each; empty else. */
  readonly fragments: readonly Uint8Array[];
}

/** What the validator of a kind is given. */
export interface Checked extends ReadResult {
  readonly input: ResultInput;
  readonly defects: Defects;
  /** The objects of the run that could be read back; of a kind with several, the last. */
  readonly run: ReadonlyMap<ResultKind, ReadResult>;
}

/** R0. */
export function readResult(object: ResultObject, defects: Defects): ReadResult | undefined {
  const { bytes, kind } = object;
  try {
    const { dataSet, pixelData, transferSyntaxUid } = readPart10(bytes);
    defects.require(
      transferSyntaxUid === RESULT_FORMS[kind].transferSyntaxUid,
      'R0',
      `${kind}: another transfer syntax`,
    );
    if (pixelData === undefined) {
      return { object, dataSet, pixels: new Uint8Array(), fragments: [] };
    }
    const { offset, length } = pixelData;
    return length === 'undefined'
      ? { object, dataSet, pixels: new Uint8Array(), fragments: fragmentsOf(bytes, offset) }
      : { object, dataSet, pixels: bytes.subarray(offset, offset + length), fragments: [] };
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    defects.require(false, 'R0', `${kind}: ${error.code}`);
    return undefined;
  }
}

/** The samples of an RLE frame, little endian; `undefined` where it is damaged. */
export function rleFrame(
  { dataSet, fragments }: ReadResult,
  index: number,
  bytesPerSample: 1 | 2,
): Uint8Array | undefined {
  const size = (dataSet.number('Rows') ?? 0) * (dataSet.number('Columns') ?? 0);
  try {
    return decodeRle(fragments[index] ?? new Uint8Array(), size, bytesPerSample);
  } catch (error) {
    if (error instanceof RleError) return undefined;
    throw error;
  }
}
