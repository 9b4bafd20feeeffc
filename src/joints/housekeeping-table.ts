import { join } from 'node:path';
import type { Settings } from '../config/settings-manifest.js';
import type { TaskTerms } from '../operations/housekeeping.js';

/** What every node does on its clock, by the names that operators use. */
export const TASK_NAMES = [
  'expired leases',
  'golden scan',
  'outbox',
  'notifications',
  'drift',
  'silent scanners',
  'assembly',
  'index for queries',
  'certificate expiry',
  'requests of commands',
  'backup',
  'retention',
] as const;
export type TaskName = (typeof TASK_NAMES)[number];

/** Where backups of the ledger lie. */
export function backupFolder({ backupFolder: configured, dataDir }: Settings): string {
  return configured === '' ? join(dataDir, 'backups') : configured;
}

/** What each task does, when, and which setting has it off. */
export function housekeepingTable(settings: Settings): readonly (TaskTerms & { name: TaskName })[] {
  const { backupsKept, retentionDays, silenceAlarm } = settings;
  const terms: Readonly<Record<TaskName, Omit<TaskTerms, 'name'>>> = {
    'expired leases': {
      about: 'Gives the scan of a worker that fell silent to another one.',
      schedule: '*/30 * * * * *',
    },
    // Memory and GPUs go bad while they run.
    'golden scan': {
      about:
        'Each worker reads a known scan again; one that answers otherwise is ended and replaced.',
      schedule: '0 17 * * * *',
    },
    outbox: {
      about: 'Looks for results that wait, and alarms where a destination stands still.',
      schedule: '*/5 * * * * *',
    },
    notifications: {
      about: 'Looks which events are to be told to whom, and has them told.',
      schedule: '*/2 * * * * *',
    },
    drift: {
      about: 'Compares the last scans of each device with its first ones.',
      schedule: '15 * * * * *',
    },
    'silent scanners': {
      about: 'Alarms where a scanner sends nothing when by its own rhythm it should.',
      schedule: '0 */10 * * * *',
      ...(silenceAlarm === 'off' && { off: 'OCTRIAGE_SILENCE_ALARM is off' }),
    },
    assembly: {
      about: 'Looks which scans are complete by now.',
      schedule: '*/5 * * * * *',
    },
    'index for queries': {
      about: 'Enters what was received into the index that queries ask.',
      schedule: '*/10 * * * * *',
    },
    'certificate expiry': {
      about: 'Says in the log how long our certificate is valid, and warns in time.',
      schedule: '0 0 6 * * *',
    },
    'requests of commands': {
      about: 'Does what commands have asked of the node.',
      schedule: '*/2 * * * * *',
    },
    // First the backup, so that what the retention deletes is still in the last one.
    backup: {
      about: `Copies the ledger into ${backupFolder(settings)}; the newest ${backupsKept} are kept.`,
      schedule: '0 0 3 * * *',
      ...(backupsKept === 0 && { off: 'OCTRIAGE_BACKUPS_KEPT is 0' }),
    },
    retention: {
      about: 'Deletes studies of which every result is delivered, past their time.',
      schedule: '0 30 3 * * *',
      ...(retentionDays === 0 && { off: 'OCTRIAGE_RETENTION_DAYS is 0' }),
    },
  };
  return TASK_NAMES.map((name) => ({ name, ...terms[name] }));
}
