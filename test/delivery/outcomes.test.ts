import { expect } from 'chai';
import { judge, type SendOutcome } from '../../src/delivery/outcome-table.js';
import { DEFAULT_BACK_OFF, waitAfter } from '../../src/delivery/retry-table.js';

const answered = (status: number): SendOutcome => ({ kind: 'answered', status });

describe('delivery: what an outcome means', () => {
  for (const status of [0x0000, 0xb000, 0xb006, 0xb007]) {
    it(`R6: 0x${status.toString(16)} is delivered`, () => {
      expect(judge(answered(status), 0).delivered).to.equal(true);
    });
  }

  const failures = [
    [0xa700, 'transient'],
    [0xa7ff, 'transient'],
    [0x0110, 'transient'],
    [0x0213, 'transient'],
    [0x0210, 'ambiguous'],
    [0x0122, 'permanent'],
    [0x0124, 'permanent'],
    [0xa900, 'permanent'],
    [0xc000, 'permanent'],
    [0xcfff, 'permanent'],
    [0xb123, 'permanent'],
    [0x0001, 'permanent'],
    [0x0117, 'permanent'],
    [0xff00, 'permanent'],
  ] as const;
  for (const [status, errorClass] of failures) {
    it(`R6: 0x${status.toString(16).padStart(4, '0')} is not delivered: ${errorClass}`, () => {
      expect(judge(answered(status), 0)).to.include({ delivered: false, errorClass });
    });
  }

  it('takes the class that the sender gives where nothing was answered', () => {
    for (const failure of ['transient', 'ambiguous', 'permanent'] as const) {
      const outcome = { kind: 'failed', failure, code: 'X', reason: 'y' } as const;
      expect(judge(outcome, 0)).to.include({ delivered: false, errorClass: failure });
    }
  });

  it('R34: a duplicate is delivered only after an attempt of ours without an answer', () => {
    expect(judge(answered(0x0111), 1)).to.include({ delivered: true });
    expect(judge(answered(0x0111), 0)).to.include({ delivered: false, errorClass: 'permanent' });
  });
});

describe('delivery: how long to wait', () => {
  const noJitter = () => 0.5;

  it('doubles from the first wait to the longest', () => {
    const waits = [1, 2, 3, 7, 8, 9, 50].map((attempt) =>
      waitAfter('transient', attempt, DEFAULT_BACK_OFF, noJitter),
    );
    expect(waits).to.deep.equal([5_000, 10_000, 20_000, 320_000, 600_000, 600_000, 600_000]);
  });

  it('varies by its share either way', () => {
    expect(waitAfter('ambiguous', 1, DEFAULT_BACK_OFF, () => 0)).to.equal(4_000);
    expect(waitAfter('ambiguous', 1, DEFAULT_BACK_OFF, () => 1)).to.equal(6_000);
  });

  it('does not try again what is permanent, nor after the last attempt', () => {
    expect(waitAfter('permanent', 1, DEFAULT_BACK_OFF)).to.equal(undefined);
    const backOff = { ...DEFAULT_BACK_OFF, maxAttempts: 3 };
    expect(waitAfter('transient', 2, backOff)).to.be.a('number');
    expect(waitAfter('transient', 3, backOff)).to.equal(undefined);
  });
});
