/** Turns every line of `length` values round, in place. */
export function reverseLines(values: Uint8Array | Float32Array, length: number): void {
  for (let at = 0; at < values.length; at += length) values.subarray(at, at + length).reverse();
}
