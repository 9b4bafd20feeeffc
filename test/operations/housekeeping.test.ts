import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import cron from 'node-cron';
import type { Archive } from '../../src/archive/archive.js';
import { backupName } from '../../src/archive/backup.js';
import { readSettings } from '../../src/config/read-settings.js';
import { housekeepingTasks } from '../../src/housekeeping-tasks.js';
import { startHousekeeping, type HousekeepingTask } from '../../src/operations/housekeeping.js';
import { goldenScanTask } from '../../src/worker-joint.js';
import { openTestArchive } from '../archive/objects.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { fakePool, MemoryQueue, until } from '../workers/pool.js';

const EVERY_SECOND = '* * * * * *';

/** The minutes of a day at whose beginning a task runs. */
async function minutesOf({ schedule }: HousekeepingTask): Promise<readonly number[]> {
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
          ...{ name: 'failing', schedule: EVERY_SECOND },
          run: () => Promise.reject(new Error(String((runs.failing += 1)))),
        },
        {
          ...{ name: 'slow', schedule: EVERY_SECOND },
          async run() {
            runs.slow += 1;
            expect((slow += 1), 'at once').to.equal(1);
            await new Promise((resolve) => setTimeout(resolve, 1500));
            slow -= 1;
          },
        },
      ],
      (task) => failures.push(task),
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
    const task = goldenScanTask(pool);
    expect(await minutesOf(task), 'once an hour').to.have.length(24);
    const onError = (_task: string, error: unknown) => {
      throw error;
    };
    const housekeeping = startHousekeeping([{ ...task, schedule: EVERY_SECOND }], onError);
    await until(() => events.filter(({ kind }) => kind === 'golden-scan').length >= 2);
    await housekeeping.stop();
    await pool.stop();
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
      housekeepingTasks(readSettings({ OCTRIAGE_DATA_DIR: data, ...environment }), archive);

    it('first the backup, then the retention, once a day each', async () => {
      const tasks = tasksOf({ OCTRIAGE_RETENTION_DAYS: '30' });
      expect(tasks.map(({ name }) => name)).to.deep.equal(['backup of the ledger', 'retention']);
      const [backup, retention] = await Promise.all(tasks.map(minutesOf));
      expect([backup, retention].map((times) => times?.length)).to.deep.equal([1, 1]);
      expect(retention![0]!).to.be.greaterThan(backup![0]!);
      for (const { run } of tasks) await run();
    });

    it('keeps as many backups as were asked for, and deletes nothing unless told so', async () => {
      const kept = folder('kept');
      const tasks = tasksOf({ OCTRIAGE_BACKUPS_KEPT: '1', OCTRIAGE_BACKUP_DIR: kept });
      expect(tasks).to.have.length(1);
      await tasks[0]!.run();
      const [first] = readdirSync(kept);
      await until(() => backupName(Date.now()) > first!);
      await tasks[0]!.run();
      const [second, ...more] = readdirSync(kept);
      expect(more).to.deep.equal([]);
      expect(second! > first!, 'the newer one').to.equal(true);
    });

    it('makes none where none is wanted', () => {
      expect(tasksOf({ OCTRIAGE_BACKUPS_KEPT: '0' })).to.deep.equal([]);
    });
  });
});
