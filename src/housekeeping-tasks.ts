import { join } from 'node:path';
import type { Archive } from './archive/archive.js';
import { backUpLedger, backupName, pruneBackups } from './archive/backup.js';
import type { Settings } from './config/settings-manifest.js';
import type { HousekeepingTask } from './operations/housekeeping.js';
import { log } from './operations/log.js';

const DAY = 86_400_000;

/** Where backups of the ledger lie. */
export function backupFolder({ backupFolder: configured, dataDir }: Settings): string {
  return configured === '' ? join(dataDir, 'backups') : configured;
}

/** What is done at night: first the backup, so that what the retention deletes is still in the last one. */
export function housekeepingTasks(
  settings: Settings,
  archive: Archive,
): readonly HousekeepingTask[] {
  const { retentionDays, backupsKept } = settings;
  const tasks: HousekeepingTask[] = [];
  if (backupsKept > 0) {
    tasks.push({
      name: 'backup of the ledger',
      schedule: '0 0 3 * * *',
      async run() {
        const folder = backupFolder(settings);
        const name = backupName(Date.now());
        await backUpLedger(settings.dataDir, join(folder, name));
        const pruned = await pruneBackups(folder, backupsKept);
        log('info', 'ledger backed up', { detail: name, count: pruned.length });
      },
    });
  }
  if (retentionDays > 0) {
    tasks.push({
      name: 'retention',
      schedule: '0 30 3 * * *',
      async run() {
        const { studies, files } = await archive.retention.run(Date.now() - retentionDays * DAY);
        log('info', 'delivered studies past their time deleted', {
          count: studies,
          detail: `${files} files`,
        });
      },
    });
  }
  return tasks;
}
