import { expect } from 'chai';
import { temporaryFolder } from '../support/temporary-folder.js';
import { killTransfers } from './kill.js';

/** As many as a minute holds; `npm run soak -- kill` does two hundred. */
const KILLS = 40;

describe('R1: kill -9 in a transfer', () => {
  const folder = temporaryFolder();

  it(`${KILLS} kills at random moments of a 500-object transfer lose nothing acknowledged`, async () => {
    const report = await killTransfers(folder('.'), KILLS, 500, Date.now());
    expect(report.lost).to.deep.equal([]);
    expect(report.astray).to.deep.equal([]);
    expect(report.acknowledged).to.be.greaterThan(KILLS);
    expect(report.interrupted).to.be.greaterThan(KILLS);
  }).timeout(300_000);
});
