import { join } from 'node:path';
import type { Archive } from '../archive/archive.js';
import { backUpLedger, backupName, pruneBackups } from '../archive/backup.js';
import type { Settings } from '../config/settings-manifest.js';
import type { LogFields } from '../operations/log.js';
import { backupFolder, type TaskName } from './housekeeping-table.js';
import { DAY } from '../values/units.js';

/** The tasks that need no node: commands do them too, and what they did stays on record. */
const NIGHTLY_TASKS = ['backup', 'retention'] as const satisfies readonly TaskName[];
export type NightlyTask = (typeof NIGHTLY_TASKS)[number];

export function isNightly(task: string): task is NightlyTask {
  return NIGHTLY_TASKS.some((name) => name === task);
}

/** What was done: for the log, and in words. */
export type NightlyDone = { readonly message: string; readonly said: string } & Required<
  Pick<LogFields, 'detail' | 'count'>
>;

/** What is done at night, or when an operator says so. */
export function nightlyTasks(
  settings: Settings,
  { retention }: Pick<Archive, 'retention'>,
): Readonly<Record<NightlyTask, () => Promise<NightlyDone>>> {
  const { retentionDays, backupsKept } = settings;
  return {
    async backup() {
      const folder = backupFolder(settings);
      const name = backupName(Date.now());
      await backUpLedger(settings.dataDir, join(folder, name));
      const { length: count } = await pruneBackups(folder, backupsKept);
      const said = `${name} made, ${count} older deleted`;
      return { message: 'ledger backed up', detail: name, count, said };
    },
    async retention() {
      const { studies, files } = await retention.run(Date.now() - retentionDays * DAY);
      const message = 'delivered studies past their time deleted';
      const said = `${studies} studies deleted, ${files} files`;
      return { message, count: studies, detail: `${files} files`, said };
    },
  };
}
