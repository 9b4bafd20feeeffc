import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import cron from 'node-cron';
import type { Archive } from '../../src/archive/archive.js';
import { backupName } from '../../src/archive/backup.js';
import { readSettings } from '../../src/config/read-settings.js';
import { housekeepingTable, type TaskName } from '../../src/joints/housekeeping-table.js';
import { nightlyTasks } from '../../src/joints/housekeeping-tasks.js';
import {
  CLOCK,
  startHousekeeping,
  type HousekeepingTask,
  type TaskTerms,
} from '../../src/operations/housekeeping.js';
import { goldenScanTask } from '../../src/joints/workers.js';
import type { TaskRun } from '../../src/values/task-run.js';
import { openTestArchive } from '../archive/objects.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { fakePool, MemoryQueue, until } from '../workers/pool.js';

const EVERY_SECOND = '* * * * * *';

function termsOf(name: TaskName, environment: Readonly<Record<string, string>> = {}): TaskTerms {
  return housekeepingTable(readSettings(environment)).find((one) => one.name === name)!;
}

/** The minutes of a day at whose beginning a task runs. */
async function minutesOf({ schedule }: TaskTerms): Promise<readonly number[]> {
  const task = cron.createTask(schedule, () => undefined);
  const minutes = Array.from({ length: 24 * 60 }, (_, minute) => minute);
  const matches = minutes.filter((minute) => task.match(new Date(2026, 10, 23, 0, minute)));
  await task.destroy();
  return matches;
}

describe('housekeeping on a clock', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();

  it('runs a task again and again, also one that fails, never twice at once, until it is stopped', async () => {
    const failures: string[] = [];
    let slow = 0;
    const runs = { failing: 0, slow: 0 };
    const housekeeping = startHousekeeping(
      [
        {
          name: 'failing',
          about: '',
          schedule: EVERY_SECOND,
          run: () => Promise.reject(new Error(String((runs.failing += 1)))),
        },
        {
          name: 'slow',
          about: '',
          schedule: EVERY_SECOND,
          async run() {
            runs.slow += 1;
            expect((slow += 1), 'at once').to.equal(1);
            await new Promise((resolve) => setTimeout(resolve, 1500));
            slow -= 1;
            return 'slept';
          },
        },
      ],
      ({ name }, { outcome, who }) => {
        expect(who).to.equal(CLOCK);
        if (outcome === 'failed') failures.push(name);
      },
    );
    await until(() => runs.failing >= 3 && runs.slow >= 2);
    await housekeeping.stop();
    const { failing } = runs;
    expect(failures).to.deep.equal(Array.from({ length: failing }, () => 'failing'));
    expect(runs.slow).to.be.below(failing);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(runs.failing).to.equal(failing);
  });

  it('the golden scan is read by every worker when its time comes', async () => {
    const { pool, events } = fakePool(new MemoryQueue([]));
    pool.start();
    await until(() => pool.ready === 1);
    const terms = termsOf('golden scan');
    expect(await minutesOf(terms), 'once an hour').to.have.length(24);
    const task = { ...terms, schedule: EVERY_SECOND, run: goldenScanTask(pool) };
    const runs: TaskRun[] = [];
    const onRun = (_task: HousekeepingTask, run: TaskRun) => runs.push(run);
    const housekeeping = startHousekeeping([task], onRun);
    await until(() => events.filter(({ kind }) => kind === 'golden-scan').length >= 2);
    await housekeeping.stop();
    expect(runs[0]).to.deep.include({ outcome: 'done', said: 'asked of 1 workers' });
    await pool.stop();
  });

  it('is run at once for whoever asks, with what came of it; not twice at once, and not what is off', async () => {
    let finish: () => void = () => undefined;
    const noRoom = Object.assign(new Error('no room'), { code: 'OCT_NO_ROOM' });
    const nightly = { about: '', schedule: '0 0 3 * * *' };
    const housekeeping = startHousekeeping(
      [
        {
          ...nightly,
          name: 'long',
          run: () =>
            new Promise((resolve) => {
              finish = () => {
                resolve('7 done');
              };
            }),
        },
        { ...nightly, name: 'failing', run: () => Promise.reject(noRoom) },
        { ...nightly, name: 'idle', off: 'a setting is 0', run: () => Promise.resolve('never') },
      ],
      () => undefined,
    );
    const long = housekeeping.runNow('long', 'ada')!;
    expect(housekeeping.runNow('long', 'vic')).to.equal(undefined);
    expect(housekeeping.tasks[0]).to.deep.include({ name: 'long', running: true });
    finish();
    expect(await long).to.deep.include({ outcome: 'done', said: '7 done', who: 'ada' });
    const failed = await housekeeping.runNow('failing', 'ada');
    expect(failed).to.deep.include({ outcome: 'failed', said: 'no room [OCT_NO_ROOM]' });
    expect(housekeeping.runNow('idle', 'ada')).to.equal(undefined);
    expect(housekeeping.runNow('unknown', 'ada')).to.equal(undefined);
    const [first, second, idle] = housekeeping.tasks;
    expect(first?.last?.said).to.equal('7 done');
    const next = new Date(first!.next!);
    expect([next.getHours(), next.getMinutes()]).to.deep.equal([3, 0]);
    expect(next.getTime()).to.be.within(Date.now(), Date.now() + 86_400_000);
    expect(second?.last).to.deep.equal(failed);
    expect(idle).to.deep.include({ off: 'a setting is 0' });
    expect(idle).not.to.have.any.keys('last', 'next');
    await housekeeping.stop();
  });

  describe('at night', () => {
    let archive: Archive;
    let data = '';
    beforeEach(() => {
      data = folder('data');
      archive = openTestArchive(data);
    });
    afterEach(() => archive.close());

    const tasksOf = (environment: Readonly<Record<string, string>>) =>
      nightlyTasks(readSettings({ OCTRIAGE_DATA_DIR: data, ...environment }), archive);

    it('first the backup, then the retention, once a day each', async () => {
      const settings = { OCTRIAGE_RETENTION_DAYS: '30' };
      const terms = [termsOf('backup', settings), termsOf('retention', settings)];
      expect(terms.map(({ off }) => off)).to.deep.equal([undefined, undefined]);
      const [backup, retention] = await Promise.all(terms.map(minutesOf));
      expect([backup, retention].map((times) => times?.length)).to.deep.equal([1, 1]);
      expect(retention![0]!).to.be.greaterThan(backup![0]!);
      const tasks = tasksOf(settings);
      expect((await tasks.backup()).message).to.equal('ledger backed up');
      expect((await tasks.retention()).said).to.equal('0 studies deleted, 0 files');
    });

    it('keeps as many backups as were asked for, and deletes nothing unless told so', async () => {
      const kept = folder('kept');
      expect(termsOf('retention').off).to.equal('OCTRIAGE_RETENTION_DAYS is 0');
      const { backup } = tasksOf({ OCTRIAGE_BACKUPS_KEPT: '1', OCTRIAGE_BACKUP_DIR: kept });
      await backup();
      const [first] = readdirSync(kept);
      await until(() => backupName(Date.now()) > first!);
      expect((await backup()).said).to.match(/^ledger-.* made, 1 older deleted$/);
      const [second, ...more] = readdirSync(kept);
      expect(more).to.deep.equal([]);
      expect(second! > first!, 'the newer one').to.equal(true);
    });

    it('makes none where none is wanted', () => {
      expect(termsOf('backup', { OCTRIAGE_BACKUPS_KEPT: '0' }).off).to.equal(
        'OCTRIAGE_BACKUPS_KEPT is 0',
      );
    });
  });
});
