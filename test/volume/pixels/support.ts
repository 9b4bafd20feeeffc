import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wrapVolume } from '../../../fixtures/opt/opt-file.js';
import { makePhantom } from '../../../fixtures/phantom/phantom.js';
import type { DataSet } from '../../../src/dicom/data-set.js';
import { readPart10Header } from '../../../src/dicom/part10.js';
import { readPixels } from '../../../src/volume/pixels/read-pixels.js';

/** Native little-endian pixels and the header that describes them. */
export interface NativeImage {
  readonly header: DataSet;
  readonly pixels: Uint8Array;
}

/** A small Topcon scan whose samples use all of `bitsStored`: 8 in bytes, more in words. */
export function nativeImage(bitsStored: 8 | 12 | 16): NativeImage {
  const phantom = makePhantom({
    seed: 9,
    laterality: 'L',
    pathologies: ['drusen'],
    appearance: 'topcon-maestro2',
    frames: 4,
    rows: 61,
    columns: 96,
  });
  const { header } = wrapVolume(phantom, { dress: 'topcon-maestro2', uidSeed: 'pixels' });
  const { voxels } = phantom;
  if (bitsStored === 8) return { header, pixels: voxels };
  const pixels = Buffer.alloc(2 * voxels.length);
  // The lower bits are not those of a device, but they must come through as well.
  for (let i = 0; i < voxels.length; i++)
    pixels.writeUInt16LE(
      (voxels[i]! << (bitsStored - 8)) | ((i * 7) % (1 << (bitsStored - 8))),
      2 * i,
    );
  header.set('BitsAllocated', 16);
  header.set('BitsStored', bitsStored);
  header.set('HighBit', bitsStored - 1);
  return { header, pixels };
}

/** A folder that is gone after the suite. */
export function temporaryFolder(): (name: string) => string {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'octriage-pixels-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  return (name) => join(folder, name);
}

/** The pixels of a file, or the words of the refusal. */
export async function pixelsOf(path: string): Promise<Uint8Array | string> {
  const read = await readPixels(path, await readPart10Header(path));
  return 'pixels' in read ? read.pixels : read.reason.detail;
}

export async function pixelsOfBytes(path: string, bytes: Uint8Array): Promise<Uint8Array | string> {
  writeFileSync(path, bytes);
  return pixelsOf(path);
}

/** The largest difference of two volumes of samples; Infinity where one is a refusal or of another length. */
export function difference(
  a: Uint8Array | string,
  b: Uint8Array | string,
  bitsAllocated: number,
): number {
  if (typeof a === 'string') throw new Error(a);
  if (typeof b === 'string') throw new Error(b);
  if (a.length !== b.length) return Infinity;
  const step = bitsAllocated / 8;
  const sample = (of: Uint8Array, at: number) =>
    step === 1 ? of[at]! : of[at]! + 256 * of[at + 1]!;
  let most = 0;
  for (let at = 0; at < a.length; at += step)
    most = Math.max(most, Math.abs(sample(a, at) - sample(b, at)));
  return most;
}
