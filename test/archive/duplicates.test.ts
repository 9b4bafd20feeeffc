import { expect } from 'chai';
import type { Archive } from '../../src/archive/archive.js';
import { sendDuplicates } from '../soak/duplicates.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive } from './objects.js';

/** As many as fit into some seconds; `npm run soak -- duplicates` does ten thousand. */
const SENDS = 1000;

describe('archive: duplicates', () => {
  const folder = temporaryFolder();
  let archive: Archive;

  before(() => {
    archive = openTestArchive(folder('data'));
  });
  after(() => archive.close());

  it(`R2: ${SENDS} random duplicates, conflicts and interleavings lose no digest`, async () => {
    const report = await sendDuplicates(archive, SENDS, 20_261_123);
    expect(report.astray, 'one file for each row, none beside').to.deep.equal([]);
    expect(report.acknowledged).to.be.greaterThan(SENDS / 10);
  }).timeout(120_000);
});
