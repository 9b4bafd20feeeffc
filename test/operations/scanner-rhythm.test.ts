import { expect } from 'chai';
import { activeHours, TIMETABLES } from '../../fixtures/rhythm/rhythms.js';
import { Random } from '../../fixtures/phantom/random.js';
import { judgeSilence } from '../../src/operations/scanner-rhythm.js';
import { HOUR } from '../../src/values/units.js';

const LIMITS = { leastWeeks: 3, oneIn: 10_000 };
const MONDAY = new Date(2026, 0, 5).getTime();
const WEEK = 168;

/** Hours on which a clinic sends: weekdays from 8 to 17, each of them. */
function clinic(weeks: number): number[] {
  const everyHour = { name: 'every hour', rate: TIMETABLES[0]!.rate };
  return activeHours(everyHour, MONDAY, weeks, () => 0);
}

describe('operations: the rhythm of a scanner', () => {
  const first = MONDAY / HOUR;
  const state = (active: readonly number[], hour: number) =>
    judgeSilence(active, hour * HOUR, LIMITS).state;

  it('a scanner that never sends at the weekend may be silent there, and not on the Monday after', () => {
    const weeks = clinic(8);
    const monday = first + 8 * WEEK;
    expect(state(weeks, monday)).to.equal('usual');
    expect(state(weeks, monday + 8)).to.equal('usual');
    expect(state(weeks, monday + 8 + 6)).to.equal('silent');
    const { since, missedHours } = judgeSilence(weeks, (monday + 14) * HOUR, LIMITS);
    expect(new Date(since).getDay()).to.equal(5);
    expect(missedHours).to.be.within(5, 6);
  });

  it('nothing is said before there is enough history, nor of who hardly ever sends', () => {
    expect(state(clinic(2), first + 2 * WEEK + 20)).to.equal('learning');
    const weekly = Array.from({ length: 8 }, (_, week) => first + week * WEEK + 9);
    expect(state(weekly, first + 9 * WEEK)).to.equal('learning');
    expect(state([], first)).to.equal('learning');
  });

  it('a silence is no alarm where two as long went before it', () => {
    const often = clinic(8);
    const pausing = often.filter((hour) => ![2, 5].includes(Math.floor((hour - first) / WEEK)));
    const wednesday = first + 8 * WEEK + 2 * 24 + 18;
    expect(state(often, wednesday)).to.equal('silent');
    expect(state(pausing, wednesday)).to.equal('usual');
    expect(state(pausing, wednesday + 2 * WEEK)).to.equal('silent');
  });

  it('who is silent for longer than a rhythm is remembered is no alarm any more', () => {
    expect(state(clinic(8), first + 15 * WEEK)).to.equal('silent');
    expect(state(clinic(8), first + 17 * WEEK)).to.equal('forgotten');
  });

  it('scanners that keep their timetable give at most one alarm in 40 weeks, and each is found when it stops', () => {
    for (const timetable of TIMETABLES.slice(0, 3)) {
      const random = new Random(99, timetable.name);
      const hours = activeHours(timetable, MONDAY, 40, () => random.uniform());
      const alarms = hours.filter(
        (hour, index) =>
          index > 0 &&
          hour - hours[index - 1]! > 3 &&
          state(hours.slice(0, index), hour) === 'silent',
      );
      expect(alarms.length, timetable.name).to.be.at.most(1);
      expect(state(hours, hours.at(-1)! + 3 * WEEK), timetable.name).to.equal('silent');
    }
  });
});
