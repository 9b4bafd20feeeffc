import { TRANSFER_SYNTAXES } from '../../dicom/uids.js';

export type CodecFamily = 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k';

/** How a transfer syntax compresses a frame. */
export interface Codec {
  readonly family: CodecFamily;
  /** For JPEG and JPEG-LS: the markers SOFn of the processes that are read (ISO 10918-1 B.1.1.3, ISO 14495-1 C.2.2). */
  readonly startOfFrame?: readonly number[];
}

/**
 * Baseline, extended and lossless under each of the four: a real Heidelberg export has a baseline codestream under the
 * transfer syntax of JPEG lossless. The codestream says what it is, and dcmtk reads it so as well.
 */
const JPEG: Codec = { family: 'jpeg', startOfFrame: [0xc0, 0xc1, 0xc3] };
const JPEG_LS: Codec = { family: 'jpeg-ls', startOfFrame: [0xf7] };
const JPEG_2000: Codec = { family: 'jpeg-2000' };
const HTJ2K: Codec = { family: 'htj2k' };

const CODECS: ReadonlyMap<string, Codec> = new Map([
  [TRANSFER_SYNTAXES.rleLossless.uid, { family: 'rle' }],
  [TRANSFER_SYNTAXES.jpegBaseline.uid, JPEG],
  [TRANSFER_SYNTAXES.jpegExtended.uid, JPEG],
  [TRANSFER_SYNTAXES.jpegLosslessProcess14.uid, JPEG],
  [TRANSFER_SYNTAXES.jpegLossless.uid, JPEG],
  [TRANSFER_SYNTAXES.jpegLsLossless.uid, JPEG_LS],
  [TRANSFER_SYNTAXES.jpegLsNearLossless.uid, JPEG_LS],
  [TRANSFER_SYNTAXES.jpeg2000Lossless.uid, JPEG_2000],
  [TRANSFER_SYNTAXES.jpeg2000.uid, JPEG_2000],
  [TRANSFER_SYNTAXES.htj2kLossless.uid, HTJ2K],
  [TRANSFER_SYNTAXES.htj2kLosslessRpcl.uid, HTJ2K],
  [TRANSFER_SYNTAXES.htj2k.uid, HTJ2K],
]);

export function codecOf(transferSyntaxUid: string): Codec | undefined {
  return CODECS.get(transferSyntaxUid);
}

/** Does a codestream begin with these bytes? */
export function startsCodestream(codec: Codec, start: Uint8Array): boolean {
  const magic = MAGIC[codec.family];
  return magic.every((byte, i) => start[i] === byte);
}

/** SOI and the first byte of the next marker; SOC and SIZ; the RLE header has none but its count of segments. */
const MAGIC: Readonly<Record<CodecFamily, readonly number[]>> = {
  rle: [],
  jpeg: [0xff, 0xd8, 0xff],
  'jpeg-ls': [0xff, 0xd8, 0xff],
  'jpeg-2000': [0xff, 0x4f, 0xff, 0x51],
  htj2k: [0xff, 0x4f, 0xff, 0x51],
};
