import { expect } from 'chai';
import { activeHours, TIMETABLES } from '../../fixtures/rhythm/rhythms.js';
import type { Archive } from '../../src/archive/archive.js';
import { HOUR } from '../../src/values/units.js';
import { readSettings } from '../../src/config/read-settings.js';
import { housekeepingTable } from '../../src/joints/housekeeping-table.js';
import { SilenceWatch } from '../../src/joints/silence-watch.js';
import { openTestArchive } from '../archive/objects.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MONDAY = new Date(2026, 0, 5).getTime();
const SETTINGS = { silenceAlarm: 'on', silenceLeastWeeks: 3, silenceOneIn: 10_000 } as const;

describe('operations: the silent-scanner alarm', () => {
  const folder = temporaryFolder();
  let archive: Archive;
  let now = MONDAY;

  before(async () => {
    archive = openTestArchive(folder('data'), { now: () => now });
    const hours = activeHours(TIMETABLES[0]!, MONDAY, 6, () => 0);
    for (const [callingAeTitle, stored] of [
      ['SCANNER', 3],
      ['ECHOES_ONLY', 0],
      ['RETIRED', 3],
    ] as const) {
      for (const hour of hours) {
        now = hour * HOUR + 1;
        await archive.associations.record({
          associationId: `${callingAeTitle}-${hour}`,
          callingAeTitle,
          calledAeTitle: 'US',
          peerAddress: '10.0.0.1',
          openedAt: now,
          endedBy: 'released',
          invoked: stored,
          answered: stored,
          stored,
        });
      }
    }
  });
  after(() => archive.close());

  it('warns of who is admitted and should have sent, of nobody else, and takes it back', async () => {
    const callers = [{ aeTitle: 'SCANNER' }, { aeTitle: 'ECHOES_ONLY' }];
    const watch = new SilenceWatch(
      SETTINGS,
      archive,
      () => callers,
      () => now,
    );
    now = MONDAY + 6 * 168 * HOUR;
    await watch.look();
    expect(watch.silent).to.have.length(0);
    expect(watch.degradations).to.have.length(0);

    now += 20 * HOUR;
    await watch.look();
    expect(watch.silent.map(({ callingAeTitle }) => callingAeTitle)).to.deep.equal(['SCANNER']);
    expect(watch.degradations).to.have.length(1);
    expect(JSON.stringify(watch.degradations)).not.to.contain('SCANNER');

    await archive.associations.record({
      associationId: 'again',
      callingAeTitle: 'SCANNER',
      calledAeTitle: 'US',
      peerAddress: '10.0.0.1',
      openedAt: now,
      endedBy: 'released',
      invoked: 1,
      answered: 1,
      stored: 1,
    });
    await watch.look();
    expect(watch.silent).to.have.length(0);
  });

  it('nothing is watched where the alarm is off', () => {
    const offWith = (environment: Readonly<Record<string, string>>) =>
      housekeepingTable(readSettings(environment)).find(({ name }) => name === 'silent scanners')
        ?.off;
    expect(offWith({ OCTRIAGE_SILENCE_ALARM: 'off' })).to.equal('OCTRIAGE_SILENCE_ALARM is off');
    expect(offWith({})).to.equal(undefined);
  });
});
