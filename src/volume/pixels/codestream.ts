import { startsCodestream, type Codec } from './codecs.js';
import { FrameError } from './frame-error.js';

/** What a codestream says of its picture, before anything is decoded. */
export interface CodestreamHeader {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  /** Bits of a sample. */
  readonly precision: number;
  readonly signed: boolean;
}

/**
 * The header of a JPEG, JPEG-LS or JPEG 2000 codestream, and the test that it begins and ends as it must: decoders of
 * these families fill what is cut off with grey and call it success, and public validators look at neither end
 * (dicom-objects.md 1.3.7). Throws FrameError.
 */
export function readCodestreamHeader(codec: Codec, bytes: Uint8Array): CodestreamHeader {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!startsCodestream(codec, view)) throw new FrameError(wrongBeginning(codec, view));
  if (!hasEndMarker(view)) throw new FrameError('the codestream is cut off, it has no end marker');
  try {
    return codec.startOfFrame === undefined
      ? readSize(view)
      : readStartOfFrame(view, codec.startOfFrame);
  } catch (error) {
    if (error instanceof RangeError) throw new FrameError('the codestream ends in its header');
    throw error;
  }
}

/**
 * EOI of JPEG and EOC of JPEG 2000 are the same marker. PS3.5 A.4 pads with zero; dcmcjpls pads with one byte of
 * anything.
 */
function hasEndMarker(view: Buffer): boolean {
  const isMarkerAt = (at: number) => view[at] === 0xff && view[at + 1] === 0xd9;
  return isMarkerAt(view.findLastIndex((byte) => byte !== 0) - 1) || isMarkerAt(view.length - 3);
}

/** SOFn (ISO 10918-1 B.2.2, ISO 14495-1 C.2.2), found by walking over the marker segments before it. */
function readStartOfFrame(view: Buffer, allowed: readonly number[]): CodestreamHeader {
  for (let at = 2; ;) {
    if (view.readUInt8(at) !== 0xff) throw new FrameError('the JPEG markers are damaged');
    const marker = view.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // SOFn are C0 to CF but for DHT, JPG and DAC; F7 is that of JPEG-LS.
    const startOfFrame =
      marker === 0xf7 || (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker));
    if (startOfFrame && !allowed.includes(marker))
      throw new FrameError(
        'the codestream is of a JPEG process that the transfer syntax does not allow',
      );
    if (startOfFrame)
      return {
        precision: view.readUInt8(at + 4),
        rows: view.readUInt16BE(at + 5),
        columns: view.readUInt16BE(at + 7),
        samples: view.readUInt8(at + 9),
        signed: false,
      };
    if (marker === 0xda || marker === 0xd9) throw new FrameError('the JPEG has no frame header');
    at += 2 + view.readUInt16BE(at + 2);
  }
}

/** SIZ (ISO 15444-1 A.5.1), right after SOC. */
function readSize(view: Buffer): CodestreamHeader {
  const depth = view.readUInt8(42);
  if (view.readUInt8(43) !== 1 || view.readUInt8(44) !== 1)
    throw new FrameError('the JPEG 2000 samples are subsampled');
  return {
    columns: view.readUInt32BE(8) - view.readUInt32BE(16),
    rows: view.readUInt32BE(12) - view.readUInt32BE(20),
    samples: view.readUInt16BE(40),
    precision: (depth & 0x7f) + 1,
    signed: depth > 0x7f,
  };
}

function wrongBeginning({ family }: Codec, view: Buffer): string {
  const jpeg2000 = family === 'jpeg-2000' || family === 'htj2k';
  if (jpeg2000 && isObfuscated(view))
    return 'the JPEG 2000 codestream is obfuscated, as in files exported from a Zeiss Cirrus; it is not decoded, let the scanner send OPT by DICOM';
  if (jpeg2000 && view.includes(JP2_SIGNATURE))
    return 'a JP2 file stands in the place of the codestream (PS3.5 A.4.4)';
  return `the data do not begin as ${jpeg2000 ? 'a JPEG 2000 codestream' : 'a JPEG'}`;
}

/** The signature box of a JP2 file (ISO 15444-1 I.5.1). */
const JP2_SIGNATURE = Buffer.from('0000000c6a5020200d0a870a', 'hex');

/**
 * Exports of a Cirrus hide a JP2 file: every seventh byte is changed, and its pieces are shuffled so that the beginning
 * lies at three fifths (pydicom discussion 1618, OCT-Converter 72), of a length that the fragment may have padded by a
 * byte. Recognised there, never undone.
 */
function isObfuscated(view: Buffer): boolean {
  return [view.length, view.length - 1].some((length) => {
    const from = Math.floor((length / 5) * 3);
    const window = Buffer.from(view.subarray(from, from + JP2_SIGNATURE.length));
    for (let i = 0; i < window.length; i++) if ((from + i) % 7 === 0) window[i]! ^= 0x5a;
    return window.equals(JP2_SIGNATURE);
  });
}
