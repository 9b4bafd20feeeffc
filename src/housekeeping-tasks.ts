import { join } from 'node:path';
import type { Archive } from './archive/archive.js';
import { backUpLedger, backupName, pruneBackups } from './archive/backup.js';
import type { Settings } from './config/settings-manifest.js';
import type { HousekeepingTask } from './operations/housekeeping.js';
import { log, type LogFields } from './operations/log.js';

const DAY = 86_400_000;

/** Where backups of the ledger lie. */
export function backupFolder({ backupFolder: configured, dataDir }: Settings): string {
  return configured === '' ? join(dataDir, 'backups') : configured;
}

/** What is done at night, or when an operator says so. */
export interface NightlyTask extends Pick<HousekeepingTask, 'schedule'> {
  readonly name: 'backup' | 'retention';
  readonly about: string;
  /** Why it is not done at all. */
  readonly off?: string;
  /** What was done. */
  readonly act: () => Promise<
    { readonly message: string } & Required<Pick<LogFields, 'detail' | 'count'>>
  >;
}

/** First the backup, so that what the retention deletes is still in the last one. */
export function nightlyTasks(
  settings: Settings,
  { retention }: Pick<Archive, 'retention'>,
): readonly NightlyTask[] {
  const { retentionDays, backupsKept } = settings;
  return [
    {
      name: 'backup',
      about: 'backup of the ledger',
      schedule: '0 0 3 * * *',
      ...(backupsKept === 0 && { off: 'OCTRIAGE_BACKUPS_KEPT is 0' }),
      async act() {
        const folder = backupFolder(settings);
        const name = backupName(Date.now());
        await backUpLedger(settings.dataDir, join(folder, name));
        const pruned = await pruneBackups(folder, backupsKept);
        return { message: 'ledger backed up', detail: name, count: pruned.length };
      },
    },
    {
      name: 'retention',
      about: 'retention',
      schedule: '0 30 3 * * *',
      ...(retentionDays === 0 && { off: 'OCTRIAGE_RETENTION_DAYS is 0' }),
      async act() {
        const { studies, files } = await retention.run(Date.now() - retentionDays * DAY);
        const message = 'delivered studies past their time deleted';
        return { message, count: studies, detail: `${files} files` };
      },
    },
  ];
}

/** Those of the nightly tasks that are on, for the node's clock. */
export function housekeepingTasks(
  settings: Settings,
  archive: Pick<Archive, 'retention'>,
): readonly HousekeepingTask[] {
  return nightlyTasks(settings, archive)
    .filter(({ off }) => off === undefined)
    .map(({ about, schedule, act }) => ({
      name: about,
      schedule,
      async run() {
        const { message, ...fields } = await act();
        log('info', message, fields);
      },
    }));
}
