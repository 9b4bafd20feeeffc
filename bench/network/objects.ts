import { randomBytes } from 'node:crypto';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import { TRANSFER_SYNTAXES } from '../../src/dicom/uids.js';
import { wrapVolume } from '../../fixtures/opt/opt-file.js';

/** The objects of baselines.md §1, and the two that are too large to hold. */
export const OBJECTS = {
  '58 MB': { frames: 128, rows: 885, columns: 512 },
  '12 MB': { frames: 49, rows: 496, columns: 512 },
  '0.45 MB': { frames: 1, rows: 885, columns: 512 },
  '2 GiB': { frames: 8192, rows: 512, columns: 512 },
  '2.3 GiB': { frames: 9421, rows: 512, columns: 512 },
} as const;
export type ObjectId = keyof typeof OBJECTS;

/** Pixels are this block again and again: nobody on the way looks into them, and it stays in the sender's cache. */
const BLOCK = randomBytes(1024 * 1024);

/** A data set without its pixels' bytes: `head` ends with the header of Pixel Data. */
export interface BenchObject {
  readonly id: ObjectId;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly head: Buffer;
  /** Where in `head` the SOP Instance UID stands: `UID_LENGTH` bytes. */
  readonly uidOffset: number;
  readonly pixelBlock: Buffer;
  readonly pixelLength: number;
  readonly byteLength: number;
}

/** Even, so that nothing is padded, and the same for every object, so that it can be written over. */
export const UID_LENGTH = 42;
const PLACEHOLDER = `2.25.${'1'.repeat(UID_LENGTH - 5)}`;

let made = 0;
/** A SOP Instance UID that no receiver has seen: each object counts as new. */
export function nextUid(): string {
  made += 1;
  const start = `2.25.1${String(Date.now())}`;
  return start + String(made).padStart(UID_LENGTH - start.length, '0');
}

/** An OPT multi-frame object in a Spectralis' dress, with all its functional groups. */
export function makeObject(id: ObjectId): BenchObject {
  const { frames, rows, columns } = OBJECTS[id];
  const { header } = wrapVolume(
    {
      frames,
      rows: 2,
      columns: 2,
      voxels: new Uint8Array(frames * 4),
      spacing: { frame: 0.05, axial: 0.0039, lateral: 0.011 },
      laterality: 'R',
    },
    { dress: 'heidelberg-spectralis', uidSeed: 'bench' },
  );
  header.set('Rows', rows).set('Columns', columns).set('SOPInstanceUID', PLACEHOLDER);
  const pixelLength = frames * rows * columns;
  // (7FE0,0010) OB, two reserved bytes, 32-bit length (PS3.5 7.1.2).
  const pixelData = Buffer.from('e07f10004f42000000000000', 'hex');
  pixelData.writeUInt32LE(pixelLength, 8);
  const head = Buffer.concat([encodeDataSet(header), pixelData]);
  return {
    id,
    sopClassUid: header.text('SOPClassUID') ?? '',
    transferSyntaxUid: TRANSFER_SYNTAXES.explicitVrLittleEndian.uid,
    head,
    uidOffset: head.indexOf(PLACEHOLDER),
    pixelBlock: BLOCK,
    pixelLength,
    byteLength: head.length + pixelLength,
  };
}
