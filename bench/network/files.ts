import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFileMeta } from '../../src/dicom/part10.js';
import type { OutgoingInstance } from '../../src/dimse/sender.js';
import { nextUid, UID_LENGTH, type BenchObject } from './objects.js';

/** Part 10 files of an object, each with a SOP Instance UID of its own. */
export function writeFiles(
  folder: string,
  object: BenchObject,
  count: number,
): readonly OutgoingInstance[] {
  return Array.from({ length: count }, () => {
    const { sopClassUid, transferSyntaxUid, pixelBlock, pixelLength } = object;
    const sopInstanceUid = nextUid();
    const meta = encodeFileMeta({ sopClassUid, sopInstanceUid, transferSyntaxUid });
    const head = Buffer.from(object.head);
    head.write(sopInstanceUid, object.uidOffset, UID_LENGTH, 'latin1');
    const path = join(folder, `${sopInstanceUid}.dcm`);
    const file = openSync(path, 'wx');
    writeSync(file, meta);
    writeSync(file, head);
    for (let left = pixelLength; left > 0; left -= pixelBlock.length)
      writeSync(file, pixelBlock, 0, Math.min(left, pixelBlock.length));
    closeSync(file);
    return { path, dataSetOffset: meta.length, sopClassUid, sopInstanceUid, transferSyntaxUid };
  });
}
