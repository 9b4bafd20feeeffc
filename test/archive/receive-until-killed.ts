/** The child of the kill test: receives objects for ever and prints each UID and digest that it has acknowledged. */
import { writeSync } from 'node:fs';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import { openTestArchive, optDataSet, request, send } from './objects.js';

const [dataDir = '', generation = ''] = process.argv.slice(2);
const archive = openTestArchive(dataDir);
await archive.recover();
writeSync(1, 'ready\n');

async function sender(lane: number): Promise<void> {
  for (let count = 0; ; count += 1) {
    const pixels = new Uint8Array(512 * 64 * 3).fill(count);
    const name = `generation ${generation} lane ${lane} object ${count}`;
    const dataSet = optDataSet(name, 0, { Rows: 64, Columns: 512, PixelData: pixels });
    const outcome = await send(archive, request(dataSet), encodeDataSet(dataSet), 16_384);
    if (outcome.instance === undefined) throw new Error(`refused: ${outcome.status}`);
    // Synchronous: what the reader has seen was acknowledged, and what was acknowledged is seen.
    writeSync(1, `${outcome.instance.sopInstanceUid} ${outcome.instance.digest}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map(sender));
