import { writeFile } from 'node:fs/promises';
import type { OutgoingInstance } from '../../../src/dimse/sender.js';

/** A file of bytes that stand for a data set: the transport does not look into it. */
export async function bigInstance(path: string, length: number): Promise<OutgoingInstance> {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(at, at);
  await writeFile(path, bytes);
  return {
    path,
    dataSetOffset: 0,
    sopClassUid: '1.2.840.10008.5.1.4.1.1.7',
    sopInstanceUid: '1.2.3.4',
    transferSyntaxUid: '1.2.840.10008.1.2.1',
  };
}
