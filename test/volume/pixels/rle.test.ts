import { expect } from 'chai';
import fc from 'fast-check';
import { decodeRle } from '../../../src/volume/pixels/rle.js';

/** An RLE frame of these segments (PS3.5 G.5). */
function frame(...segments: readonly (readonly number[])[]): Uint8Array {
  const header = Buffer.alloc(64);
  header.writeUInt32LE(segments.length, 0);
  let at = 64;
  segments.forEach((segment, i) => {
    header.writeUInt32LE(at, 4 + 4 * i);
    at += segment.length;
  });
  return Buffer.concat([header, Uint8Array.from(segments.flat())]);
}

const decoded = (encoded: Uint8Array, pixels: number, bytes: 1 | 2 = 1) => [
  ...decodeRle(encoded, pixels, bytes),
];

describe('volume: RLE', () => {
  it('literal runs, repeated runs, the code that does nothing, a byte of padding', () => {
    const segment = [2, 10, 20, 30, 128, 254, 7, 0, 40, 0];
    expect(decoded(frame(segment), 7)).to.deep.equal([10, 20, 30, 7, 7, 7, 40]);
  });

  it('two segments are the high bytes and the low bytes of words', () => {
    expect(decoded(frame([1, 1, 2], [1, 3, 4]), 2, 2)).to.deep.equal([3, 1, 4, 2]);
  });

  for (const [what, encoded, words] of [
    ['a segment that ends early', frame([2, 10, 20]), /cut off/],
    ['a run without its byte', frame([254]), /cut off/],
    ['a run past the last pixel', frame([248, 1]), /more pixels than the frame/],
    ['runs after the last pixel', frame([3, 1, 2, 3, 4, 0, 5]), /more pixels than the frame/],
    ['more segments than bytes of a sample', frame([3, 1, 2, 3, 4], [255, 0]), /names 2 segments/],
    ['no header', new Uint8Array(20), /header is cut off/],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => decodeRle(encoded, 4, 1)).to.throw(words);
    });
  }

  it('refuses segments outside the frame', () => {
    const encoded = Buffer.from(frame([3, 1, 2, 3, 4]));
    encoded.writeUInt32LE(4096, 4);
    expect(() => decodeRle(encoded, 4, 1)).to.throw(/do not lie in the frame/);
  });

  it('never gives another number of bytes, whatever the input', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 60 }), (segment) => {
        try {
          expect(decodeRle(frame([...segment]), 32, 1)).to.have.length(32);
        } catch (error) {
          expect((error as Error).message).to.match(/RLE/);
        }
      }),
    );
  });
});
