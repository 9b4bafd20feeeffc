import { expect } from 'chai';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readPart10Header } from '../../src/dicom/part10.js';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import type { Archive } from '../../src/archive/archive.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive, optDataSet, request } from './objects.js';

const OBJECTS = 4;
const CONTENTS = 2;

describe('archive: duplicates', () => {
  const folder = temporaryFolder();
  let archive: Archive;
  let run = 0;

  before(() => {
    archive = openTestArchive(folder('data'));
  });
  after(() => archive.close());

  /** What is on record under a UID, read back from its file; `undefined` if nothing is. */
  async function retrievableDigest(sopInstanceUid: string): Promise<string | undefined> {
    const instance = await archive.instances.find(sopInstanceUid);
    if (instance === undefined) return undefined;
    const { dataSetOffset } = await readPart10Header(instance.path);
    const bytes = readFileSync(instance.path).subarray(dataSetOffset);
    const digest = createHash('sha256').update(bytes).digest('hex');
    expect(digest).to.equal(instance.digest);
    return digest;
  }

  it('R2: random duplicates, conflicts and interleavings never lose a digest', async () => {
    const sends = fc.array(
      fc.record({
        object: fc.nat(OBJECTS - 1),
        content: fc.nat(CONTENTS - 1),
        end: fc.constantFrom('finish', 'finish', 'finish', 'abandon'),
      }),
      { minLength: 2, maxLength: 12 },
    );
    const property = fc.asyncProperty(sends, fc.scheduler(), async (all, scheduler) => {
      run += 1;
      const acknowledged = new Map<string, string>();
      const transfers = all.map(async ({ object, content, end }) => {
        const dataSet = optDataSet(`run ${run} object ${object}`, content + 1);
        const bytes = encodeDataSet(dataSet);
        const uid = dataSet.text('SOPInstanceUID')!;
        await scheduler.schedule(Promise.resolve());
        const reception = await archive.receive(request(dataSet));
        await reception.write([bytes.subarray(0, 300)]);
        await scheduler.schedule(Promise.resolve());
        if (end === 'abandon') return reception.abandon('test');
        await reception.write([bytes.subarray(300)]);
        await scheduler.schedule(Promise.resolve());
        const { status } = await reception.finish();
        expect(status).to.be.oneOf([0, 0xc010]);
        const digest = createHash('sha256').update(bytes).digest('hex');
        if (status === 0) {
          // Success for two contents of one UID would be a lie about one of them.
          expect(acknowledged.get(uid) ?? digest).to.equal(digest);
          acknowledged.set(uid, digest);
        }
      });
      await scheduler.waitFor(Promise.all(transfers));
      for (const [uid, digest] of acknowledged) {
        expect(await retrievableDigest(uid)).to.equal(digest);
      }
    });
    await fc.assert(property, { numRuns: 60, seed: 20_261_123 });

    const rows = await archive.ledger.reader.selectFrom('instance').select('path').execute();
    const day = readdirSync(archive.folder.folder('archive'))[0]!;
    const files = readdirSync(`${archive.folder.folder('archive')}/${day}`);
    expect(files, 'one file for each row, none beside').to.have.length(rows.length);
    expect(readdirSync(archive.folder.folder('incoming'))).to.deep.equal([]);
  }).timeout(60_000);
});
