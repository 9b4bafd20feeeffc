import { expect } from 'chai';
import fc from 'fast-check';

import { decodeRle, encodeRle } from '../../src/dicom/rle.js';

/** Images with runs, as label maps have them, and without. */
const image = fc.record({
  columns: fc.integer({ min: 1, max: 300 }),
  runs: fc.array(fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 300 })), { maxLength: 40 }),
});

describe('RLE', () => {
  for (const bytesPerSample of [1, 2] as const) {
    it(`what is encoded is decoded: ${String(bytesPerSample)} bytes a sample`, () => {
      fc.assert(
        fc.property(image, ({ columns, runs }) => {
          const bytes = runs.flatMap(([value, count]) => Array<number>(count).fill(value));
          const line = columns * bytesPerSample;
          const frame = new Uint8Array(Math.max(1, Math.ceil(bytes.length / line)) * line);
          frame.set(bytes);
          const encoded = encodeRle(frame, columns, bytesPerSample);
          const decoded = decodeRle(encoded, frame.length / bytesPerSample, bytesPerSample);
          expect(encoded.length % 2).to.equal(0);
          expect(Buffer.from(decoded).equals(frame)).to.equal(true);
        }),
      );
    });
  }

  it('no run passes the end of a row (PS3.5 G.3.1)', () => {
    const encoded = encodeRle(new Uint8Array(20).fill(7), 10, 1);
    expect([...encoded.subarray(64)]).to.deep.equal([247, 7, 247, 7]);
  });
});
