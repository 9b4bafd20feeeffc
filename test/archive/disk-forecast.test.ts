import { expect } from 'chai';
import { readDiskState } from '../../src/archive/disk-view.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive, optDataSet, sendObject } from './objects.js';

const DAY = 86_400_000;

describe('archive: when the disk will be full', () => {
  const folder = temporaryFolder();

  it('says the days at the pace of the last seven, from the first day on', async () => {
    const start = Date.now() - 20 * DAY;
    let now = start;
    let free = 1e9;
    const archive = openTestArchive(folder('data'), {
      now: () => now,
      freeBytes: () => Promise.resolve(free),
    });
    try {
      expect(await archive.diskView.state()).not.to.have.property('daysLeft');
      now += 2 * 3_600_000;
      await sendObject(archive, optDataSet('first'));
      now += 3_600_001;
      const first = await archive.diskView.state();
      expect(first.daysLeft).to.equal(Math.floor(free / first.lastWeekBytes));

      now = start + 3 * DAY;
      await sendObject(archive, optDataSet('second'));
      now += 3_600_001;
      const third = await archive.diskView.state();
      expect(third.lastWeekBytes).to.equal(2 * first.lastWeekBytes);
      const days = (now - start - 2 * 3_600_000) / DAY;
      expect(third.daysLeft).to.equal(Math.floor((free * days) / third.lastWeekBytes));

      free = -1;
      expect((await archive.diskView.state()).daysLeft, 'over the watermark').to.equal(0);
      now = start + 15 * DAY;
      expect(await archive.diskView.state(), 'a silent week').not.to.have.property('daysLeft');
    } finally {
      await archive.close();
    }
    const beside = await readDiskState(folder('data'), 0);
    expect(beside?.freeBytes).to.be.greaterThan(0);
    expect(await readDiskState(folder('none'), 0)).to.equal(undefined);
  });
});
