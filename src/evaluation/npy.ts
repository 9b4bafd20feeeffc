import { EvaluationError } from './errors.js';

/** An array of small whole numbers as NumPy stores it. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** C order; each value within 0 to 255. */
  readonly values: Uint8Array;
}

const BYTES: Readonly<Record<string, number>> = {
  '|b1': 1,
  '|u1': 1,
  '|i1': 1,
  '<u2': 2,
  '<i2': 2,
  '<u4': 4,
  '<i4': 4,
  '<u8': 8,
  '<i8': 8,
};

/**
 * Reads a .npy file (format 1 and 2) of whole numbers within 0 to 255.
 * @throws EvaluationError OCT_TRUTH_NOT_USABLE
 */
export function readNpy(bytes: Buffer): NpyArray {
  if (bytes.toString('latin1', 0, 6) !== '\x93NUMPY') throw notUsable('not a .npy file');
  const long = bytes[6]! > 1;
  const start = long ? 12 : 10;
  const length = long ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', start, start + length);
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? '';
  const size = BYTES[type];
  if (size === undefined) throw notUsable(`.npy of type ${type}; store it as uint8`);
  if (/'fortran_order':\s*True/.test(header)) {
    throw notUsable('.npy in Fortran order; store it with numpy.ascontiguousarray');
  }
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((text) => text.trim() !== '')
    .map(Number);
  const count = shape.reduce((product, one) => product * one, 1);
  const data = bytes.subarray(start + length);
  if (data.length !== count * size) throw notUsable('.npy whose length is not that of its shape');
  if (size === 1 && type !== '|i1') return { shape, values: data };
  const values = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    // All other bytes of a little-endian number within 0 to 255 are 0.
    for (let byte = 1; byte < size; byte++) {
      if (data[i * size + byte] !== 0) throw notUsable('.npy with values beyond 0 to 255');
    }
    values[i] = data[i * size]!;
    if (type === '|i1' && values[i]! > 127) throw notUsable('.npy with negative values');
  }
  return { shape, values };
}

function notUsable(detail: string): EvaluationError {
  return new EvaluationError('OCT_TRUTH_NOT_USABLE', detail);
}
