import { expect } from 'chai';
import { scheduleInWords } from '../../src/operations/schedule-words.js';

describe('operations: a schedule in words', () => {
  const said: Readonly<Record<string, string>> = {
    '*/30 * * * * *': 'every 30 seconds',
    '15 * * * * *': 'every minute',
    '0 */10 * * * *': 'every 10 minutes',
    '0 17 * * * *': 'every hour, 17 minutes past',
    '0 0 3 * * *': 'every day at 03:00',
    '0 30 13 * * *': 'every day at 13:30',
    '0 0 3 * * 1': '0 0 3 * * 1',
  };
  for (const [schedule, words] of Object.entries(said)) {
    it(`${schedule}: ${words}`, () => {
      expect(scheduleInWords(schedule)).to.equal(words);
    });
  }
});
