import { expect } from 'chai';
import {
  encapsulatedFile,
  encodeFrames,
  type EncodedSyntax,
} from '../../../fixtures/opt/frames.js';
import { obfuscated } from '../../../fixtures/catalogue/codestreams.js';
import { DecoderThread } from '../../../src/volume/pixels/decoder-threads.js';
import { compileCodecs } from '../../../src/volume/pixels/wasm-codecs.js';
import { nativeImage, pixelsOfBytes, temporaryFolder } from './support.js';

const SYNTAXES = [
  'jpegBaseline',
  'jpegLossless',
  'jpegLsLossless',
  'jpeg2000Lossless',
  'htj2kLossless',
] as const;

describe('volume: damaged frames are refused by their number', function () {
  this.timeout(60_000);
  const at = temporaryFolder();
  const { header, pixels } = nativeImage(8);
  const encoded = new Map<EncodedSyntax, readonly Uint8Array[]>();
  const third = (syntax: EncodedSyntax) => Buffer.from(encoded.get(syntax)![2]!);

  before(async () => {
    for (const syntax of SYNTAXES) encoded.set(syntax, await encodeFrames(syntax, header, pixels));
  });

  /** The refusal of a file whose third frame was replaced; 'read' where it was not refused. */
  async function refusal(syntax: EncodedSyntax, frame: Uint8Array): Promise<string> {
    const frames = encoded.get(syntax)!.with(2, frame);
    const read = await pixelsOfBytes(at('damaged.dcm'), encapsulatedFile(header, syntax, frames));
    return typeof read === 'string' ? read : 'read';
  }

  for (const syntax of SYNTAXES) {
    it(`${syntax}: cut off`, async () => {
      const frame = third(syntax);
      expect(await refusal(syntax, frame.subarray(0, frame.length >> 1))).to.match(
        /^frame 3: the codestream is cut off/,
      );
    });

    it(`${syntax}: a part left out of the middle`, async () => {
      const frame = third(syntax);
      const half = frame.length >> 1;
      const holed = Buffer.concat([frame.subarray(0, half - 400), frame.subarray(half)]);
      expect(await refusal(syntax, holed)).to.match(/^frame 3: /);
    });

    it(`${syntax}: not a codestream`, async () => {
      const frame = third(syntax);
      frame.write('PNG?', 0, 'latin1');
      expect(await refusal(syntax, frame)).to.match(/^frame 3: the data do not begin as a JPEG/);
    });
  }

  it('recognises obfuscated JPEG 2000 and says where to get the scan', async () => {
    const words = await refusal('jpeg2000Lossless', obfuscated(third('jpeg2000Lossless')));
    expect(words).to.match(/^frame 3: the JPEG 2000 codestream is obfuscated.*Zeiss/);
  });

  it('a codestream of another size than the data set says', async () => {
    const frame = third('jpeg2000Lossless');
    frame.writeUInt32BE(65_000, 8);
    const words = await refusal('jpeg2000Lossless', frame);
    expect(words).to.equal('frame 3: the codestream has 61 × 65000 pixels, the data set 61 × 96');
  });

  it('a codestream of three samples, of signed samples, of too many bits', async () => {
    const change = (at: number, value: number) => {
      const frame = third('jpeg2000Lossless');
      frame[at] = value;
      return refusal('jpeg2000Lossless', frame);
    };
    expect(await change(41, 3)).to.match(/^frame 3: the codestream is not one unsigned sample/);
    expect(await change(42, 0x87)).to.match(/^frame 3: the codestream is not one unsigned sample/);
    expect(await change(42, 15)).to.equal(
      'frame 3: the codestream has 16 bits per sample, the data set 8',
    );
  });

  it('JPEG-LS under a transfer syntax of JPEG', async () => {
    const frames = encoded.get('jpegLsLossless')!;
    const file = encapsulatedFile(header, 'jpegBaseline', frames);
    expect(await pixelsOfBytes(at('process.dcm'), file)).to.equal(
      'frame 1: the codestream is of a JPEG process that the transfer syntax does not allow',
    );
  });

  it('a bomb: more pixels than so few bytes can hold', async () => {
    const big = nativeImage(8);
    big.header.set('Rows', 60_000);
    const file = encapsulatedFile(big.header, 'rleLossless', Array(4).fill(new Uint8Array(66)));
    expect(await pixelsOfBytes(at('bomb.dcm'), file)).to.match(/bytes announce 23040000 bytes/);
  });

  it('a frame that takes too long', async () => {
    const thread = new DecoderThread(
      {
        module: await compileCodecs(),
        codec: { family: 'rle' },
        format: { rows: 61, columns: 96, bitsAllocated: 8 },
        volume: new SharedArrayBuffer(61 * 96),
      },
      1,
    );
    const outcome = await thread.decode(0, new Uint8Array(64)).catch((error: unknown) => error);
    await thread.stop();
    expect((outcome as Error).message).to.equal('the decoder did not come to an end');
  });

  it('bytes changed at random: a volume or a refusal of frame 3, and the codecs live on', async () => {
    const outcomes = new Set<string>();
    for (const [i, syntax] of [...encoded.keys(), ...encoded.keys()].entries()) {
      const frame = third(syntax);
      for (let k = 0; k < 20; k++)
        frame[60 + ((k * 7919 + i * 104_729) % (frame.length - 62))]! ^= 0x55;
      outcomes.add((await refusal(syntax, frame)).slice(0, 8));
    }
    outcomes.delete('read');
    expect([...outcomes]).to.deep.equal(['frame 3:']);
  });
});
