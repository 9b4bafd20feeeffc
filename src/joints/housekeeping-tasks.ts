import { join } from 'node:path';
import type { Archive } from '../archive/archive.js';
import { backUpLedger, backupName, pruneBackups } from '../archive/backup.js';
import type { Settings } from '../config/settings-manifest.js';
import type { HousekeepingTask } from '../operations/housekeeping.js';
import { log, type LogFields } from '../operations/log.js';

const DAY = 86_400_000;

/** Where backups of the ledger lie. */
export function backupFolder({ backupFolder: configured, dataDir }: Settings): string {
  return configured === '' ? join(dataDir, 'backups') : configured;
}

/** What is done at night, or when an operator says so. */
export interface NightlyTask extends Omit<HousekeepingTask, 'run'> {
  readonly name: 'backup' | 'retention';
  /** What was done: for the log, and in words. */
  readonly act: () => Promise<
    { readonly message: string; readonly said: string } & Required<
      Pick<LogFields, 'detail' | 'count'>
    >
  >;
}

/** First the backup, so that what the retention deletes is still in the last one. */
export function nightlyTasks(
  settings: Settings,
  { retention }: Pick<Archive, 'retention'>,
): readonly NightlyTask[] {
  const { retentionDays, backupsKept } = settings;
  const folder = backupFolder(settings);
  return [
    {
      name: 'backup',
      about: `Copies the ledger into ${folder}; the newest ${backupsKept} are kept.`,
      schedule: '0 0 3 * * *',
      ...(backupsKept === 0 && { off: 'OCTRIAGE_BACKUPS_KEPT is 0' }),
      async act() {
        const name = backupName(Date.now());
        await backUpLedger(settings.dataDir, join(folder, name));
        const { length: count } = await pruneBackups(folder, backupsKept);
        const said = `${name} made, ${count} older deleted`;
        return { message: 'ledger backed up', detail: name, count, said };
      },
    },
    {
      name: 'retention',
      about: 'Deletes studies of which every result is delivered, past their time.',
      schedule: '0 30 3 * * *',
      ...(retentionDays === 0 && { off: 'OCTRIAGE_RETENTION_DAYS is 0' }),
      async act() {
        const { studies, files } = await retention.run(Date.now() - retentionDays * DAY);
        const message = 'delivered studies past their time deleted';
        const said = `${studies} studies deleted, ${files} files`;
        return { message, count: studies, detail: `${files} files`, said };
      },
    },
  ];
}

/** The nightly tasks, for the node's clock. */
export function housekeepingTasks(
  settings: Settings,
  archive: Pick<Archive, 'retention'>,
): readonly HousekeepingTask[] {
  return nightlyTasks(settings, archive).map(({ act, ...task }) => ({
    ...task,
    async run() {
      const { message, said, ...fields } = await act();
      log('info', message, fields);
      return said;
    },
  }));
}
