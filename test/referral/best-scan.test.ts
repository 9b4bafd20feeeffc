import { expect } from 'chai';
import { bestScan, otherScans } from '../../src/referral/best-scan.js';
import type { ScanReading } from '../../src/values/scan-reading.js';

const SCAN: ScanReading = {
  acquisitionId: '1',
  revision: 1,
  sopInstanceUid: '1.1',
  receivedAt: '2026-01-01T10:00:00.000Z',
  laterality: 'R',
  grade: 'acceptable',
  signal: 100,
  frames: 61,
  decision: 'urgent',
  device: 'matched',
};
const other = (changes: Partial<ScanReading>): ScanReading => ({
  ...SCAN,
  acquisitionId: '2',
  sopInstanceUid: '1.2',
  ...changes,
});

describe('referral: the best of the repeated scans of an eye', () => {
  for (const [what, changes, better, because] of [
    ['a better grade', { grade: 'excellent' }, true, 'quality excellent against acceptable'],
    [
      'a grade where there is none',
      { grade: undefined },
      false,
      'quality not measured against acceptable',
    ],
    ['more signal', { signal: 120 }, true, 'signal above noise 120.0 against 100.0'],
    ['fewer B-scans', { frames: 25 }, false, 'number of B-scans 25 against 61'],
    [
      'a later arrival',
      { receivedAt: '2026-01-01T10:05:00.000Z' },
      false,
      'time of arrival 2026-01-01T10:05:00.000Z against 2026-01-01T10:00:00.000Z',
    ],
    [
      'a grade against all the rest',
      { grade: 'poor', signal: 200, frames: 200 },
      false,
      'quality poor against acceptable',
    ],
  ] as const) {
    it(`${what}: ${better ? 'better' : 'not better'}`, () => {
      const scan = other(changes);
      expect(otherScans(SCAN, [scan])).to.deep.equal([{ sopInstanceUid: '1.2', better, because }]);
      expect(bestScan([SCAN, scan]).acquisitionId).to.equal(better ? '2' : '1');
      expect(bestScan([scan, SCAN]), 'in any order').to.deep.equal(bestScan([SCAN, scan]));
    });
  }

  it('what was found in a scan never makes it the better one', () => {
    const [calm, urgent] = [other({ decision: 'observation-only' }), other({ decision: 'urgent' })];
    expect(otherScans(SCAN, [calm])).to.deep.equal(otherScans(SCAN, [urgent]));
  });

  it('the other eye, and a scan of which no volume could be made, are compared with nothing', () => {
    expect(otherScans(SCAN, [other({ laterality: 'L' }), other({ laterality: undefined })])).to.be
      .empty;
    expect(otherScans({ ...SCAN, laterality: undefined }, [other({})])).to.be.empty;
  });

  it('a scan alone says so', () => {
    expect(bestScan([SCAN])).to.deep.equal({
      acquisitionId: '1',
      because: 'the only scan of this eye in the study',
    });
  });
});
