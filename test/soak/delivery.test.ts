import { expect } from 'chai';
import { temporaryFolder } from '../support/temporary-folder.js';
import { killDelivery } from './delivery.js';

/** As much as half a minute holds; `npm run soak -- delivery` does 1,000 results and fifty kills. */
const RESULTS = 120;
const KILLS = 8;

describe('R27, R29, R34: kill -9 in a delivery', () => {
  const folder = temporaryFolder();

  it(`${KILLS} kills at random moments deliver each of ${RESULTS} results exactly once to an idempotent receiver`, async () => {
    const report = await killDelivery(folder('.'), KILLS, RESULTS, Date.now());
    const { lost, different, sentForNothing, open } = report;
    expect({ lost, different, sentForNothing, open }).to.deep.equal({
      lost: [],
      different: [],
      sentForNothing: [],
      open: [],
    });
    expect(report.held).to.equal(RESULTS);
    expect(report.kills).to.be.greaterThan(KILLS / 2);
  }).timeout(180_000);
});
