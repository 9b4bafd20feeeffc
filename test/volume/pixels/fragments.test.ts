import { expect } from 'chai';
import { encapsulatedFile, encodeFrames } from '../../../fixtures/opt/frames.js';
import { nativeImage, pixelsOfBytes, temporaryFolder } from './support.js';

const ITEM_HEADER = 8;

/** Offsets of fragments from the first item after the table (PS3.5 A.4). */
function offsetsOf(fragments: readonly Uint8Array[]): readonly number[] {
  let at = 0;
  return fragments.map(({ length }) => {
    const offset = at;
    at += ITEM_HEADER + length + (length % 2);
    return offset;
  });
}

describe('volume: frames out of fragments', function () {
  this.timeout(60_000);
  const at = temporaryFolder();
  const { header, pixels } = nativeImage(8);
  let frames: readonly Uint8Array[] = [];
  /** Each frame in three fragments. */
  let pieces: readonly Uint8Array[] = [];

  before(async () => {
    frames = await encodeFrames('jpegLsLossless', header, pixels);
    pieces = frames.flatMap((frame) => [
      frame.subarray(0, 600),
      frame.subarray(600, 1000),
      frame.subarray(1000),
    ]);
  });

  async function read(
    fragments: readonly Uint8Array[],
    offsetTable: readonly number[] = [],
  ): Promise<string> {
    const file = encapsulatedFile(header, 'jpegLsLossless', fragments, { offsetTable });
    const result = await pixelsOfBytes(at('fragments.dcm'), file);
    if (typeof result === 'string') return result;
    return Buffer.compare(result, pixels) === 0 ? 'the pixels' : 'other pixels';
  }

  const everyThird = (fragments: readonly Uint8Array[]) =>
    offsetsOf(fragments).filter((_, i) => i % 3 === 0);

  it('one each, without and with Basic Offset Table', async () => {
    expect(await read(frames)).to.equal('the pixels');
    expect(await read(frames, offsetsOf(frames))).to.equal('the pixels');
  });

  it('several each, grouped by the Basic Offset Table', async () => {
    expect(await read(pieces, everyThird(pieces))).to.equal('the pixels');
  });

  it('several each without table, grouped by where codestreams begin', async () => {
    expect(await read(pieces)).to.equal('the pixels');
  });

  it('the Extended Offset Table', async () => {
    const extended = nativeImage(8).header;
    const table = Buffer.alloc(8 * 4);
    everyThird(pieces).forEach((offset, i) => table.writeBigUInt64LE(BigInt(offset), 8 * i));
    extended.set('ExtendedOffsetTable', table);
    const file = encapsulatedFile(extended, 'jpegLsLossless', pieces);
    expect(Buffer.from((await pixelsOfBytes(at('eot.dcm'), file)) as Uint8Array)).to.deep.equal(
      Buffer.from(pixels),
    );
  });

  it('refuses a table that does not point to fragments', async () => {
    const wrong = everyThird(pieces).with(2, 12);
    expect(await read(pieces, wrong)).to.match(/offset table does not point/);
    expect(await read(pieces, everyThird(pieces).slice(1))).to.match(/offset table does not point/);
  });

  it('names the first frame that is missing', async () => {
    expect(await read(frames.slice(0, 3))).to.equal(
      'frame 4: missing, Pixel Data have 3 fragments for 4 frames',
    );
  });

  it('refuses more beginnings than frames', async () => {
    expect(await read([...frames, frames[0]!])).to.match(/begin 5 frames, 4 are announced/);
  });

  it('refuses a file that ends within the fragments', async () => {
    const file = encapsulatedFile(header, 'jpegLsLossless', frames);
    const cut = file.subarray(0, file.length - 2000);
    expect(await pixelsOfBytes(at('cut.dcm'), cut)).to.match(/fragment 4 .* damaged or cut off/);
  });
});
