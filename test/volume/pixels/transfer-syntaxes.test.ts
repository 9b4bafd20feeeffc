import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { COMPRESSIONS, transcode, type CompressionId } from '../../../fixtures/opt/compressed.js';
import {
  encapsulatedFile,
  encodeFrames,
  type EncodedSyntax,
} from '../../../fixtures/opt/frames.js';
import { encodePart10, readPart10Header } from '../../../src/dicom/part10.js';
import { TRANSFER_SYNTAXES } from '../../../src/dicom/uids.js';
import { requireTool } from '../../support/tools.js';
import { difference, nativeImage, pixelsOf, temporaryFolder } from './support.js';

/** A real file beside the repository, never in it. */
const HEIDELBERG = new URL(
  '../../../../shared/data/dicom/heidelberg_spectralis_op_jpegll__dcmjs.dcm',
  import.meta.url,
).pathname;

describe('volume: pixels in every transfer syntax, as the reference decoders read them', function () {
  this.timeout(60_000);
  const at = temporaryFolder();
  const images = { 8: nativeImage(8), 12: nativeImage(12), 16: nativeImage(16) };

  for (const id of Object.keys(COMPRESSIONS) as CompressionId[]) {
    const { syntax, encoder, decoder, lossless, bitsStored } = COMPRESSIONS[id];
    for (const bits of bitsStored) {
      it(`${id}, ${String(bits)} bit`, async function () {
        requireTool(this, encoder[0], decoder[0]);
        const { header, pixels } = images[bits];
        const [native, compressed, reference] = ['native', 'compressed', 'reference'].map(at);
        header.set('PixelData', pixels, bits === 8 ? 'OB' : 'OW');
        writeFileSync(native!, encodePart10(header));
        transcode(encoder, native!, compressed!);
        transcode(decoder, compressed!, reference!);
        const { transferSyntaxUid } = await readPart10Header(compressed!);
        expect(transferSyntaxUid).to.equal(TRANSFER_SYNTAXES[syntax].uid);
        const read = await pixelsOf(compressed!);
        const allocated = bits === 8 ? 8 : 16;
        expect(difference(read, await pixelsOf(reference!), allocated)).to.be.at.most(
          lossless ? 0 : 1,
        );
        const loss = difference(read, pixels, allocated);
        if (lossless) expect(loss).to.equal(0);
        else expect(loss).to.be.greaterThan(0);
      });
    }
  }

  for (const syntax of ['htj2kLossless', 'htj2kLosslessRpcl', 'htj2k'] as const) {
    for (const bits of [8, 12, 16] as const) {
      it(`${TRANSFER_SYNTAXES[syntax].name}, ${String(bits)} bit, as OpenJPEG reads it`, async function () {
        requireTool(this, 'opj_decompress');
        const { header, pixels } = images[bits];
        const encoded = await encodeFrames(syntax satisfies EncodedSyntax, header, pixels);
        writeFileSync(at('compressed'), encapsulatedFile(header, syntax, encoded));
        const read = await pixelsOf(at('compressed'));
        const allocated = bits === 8 ? 8 : 16;
        const reference = encoded.map((codestream) => {
          writeFileSync(at('frame.jhc'), codestream);
          const run = spawnSync('opj_decompress', ['-i', at('frame.jhc'), '-o', at('frame.rawl')]);
          expect(run.status, run.stdout.toString()).to.equal(0);
          return readFileSync(at('frame.rawl'));
        });
        // The irreversible transform is one of floats, and 16 bits leave room for their last digits.
        const tolerance = syntax !== 'htj2k' ? 0 : bits === 16 ? 2 : 1;
        const off = difference(read, Buffer.concat(reference), allocated);
        expect(off).to.be.at.most(tolerance);
        if (syntax !== 'htj2k') expect(difference(read, pixels, allocated)).to.equal(0);
      });
    }
  }

  it('a real Heidelberg localizer: baseline JPEG that calls itself lossless', async function () {
    requireTool(this, 'dcmdjpeg');
    if (!existsSync(HEIDELBERG)) this.skip();
    transcode(['dcmdjpeg'], HEIDELBERG, at('reference'));
    const [read, reference] = [await pixelsOf(HEIDELBERG), await pixelsOf(at('reference'))];
    expect(difference(read, reference, 8)).to.be.at.most(1);
  });
});
