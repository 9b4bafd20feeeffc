import Database from 'better-sqlite3';
import { copyFile, link, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { packFiles, unpackFiles } from './backup-files.js';
import { DataFolder } from './data-folder.js';
import { syncFolder } from './durable-file.js';
import { ArchiveError } from './errors.js';
import { MIGRATIONS } from './ledger/migrations.js';

/** Pages that are copied between two turns of the event loop: 4 MiB. */
const PAGES_AT_A_TIME = 1024;
const NAME = /^ledger-\d{8}T\d{6}Z\.sqlite$/;

/** `ledger-20261123T030000Z.sqlite` */
export function backupName(at: number): string {
  const stamp = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  return `ledger-${stamp}.sqlite`;
}

/**
 * Copies the ledger of a data folder as it is at one moment, while a node may be writing it, and the small files beside
 * it (`FILES_IN_BACKUP`); the copy appears whole and synced or not at all. The bytes of the archive are not in it:
 * back up the folders `archive` and `results` as files.
 * @param onPages is told how many pages are copied, and of how many
 * @throws ArchiveError OCT_BACKUP_SOURCE where there is no ledger
 */
export async function backUpLedger(
  dataDir: string,
  target: string,
  onPages: (done: number, of: number) => void = () => undefined,
): Promise<void> {
  const source = openLedgerFile(new DataFolder(dataDir).ledger, 'OCT_BACKUP_SOURCE');
  const partial = `${target}.partial`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await rm(partial, { force: true });
    const { totalPages: all } = await source.backup(partial, {
      progress({ totalPages, remainingPages }) {
        onPages(totalPages - remainingPages, totalPages);
        return PAGES_AT_A_TIME;
      },
    });
    onPages(all, all);
  } finally {
    source.close();
  }
  await packFiles(dataDir, partial);
  await syncFile(partial);
  await rename(partial, target);
  await syncFolder(dirname(target));
}

/** Deletes all but the newest `keep` backups of a folder; other files in it are left alone. */
export async function pruneBackups(folder: string, keep: number): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => NAME.test(name)).sort();
  const old = names.slice(0, Math.max(0, names.length - keep));
  for (const name of old) await rm(join(folder, name));
  return old;
}

/** What a restore has changed beside the ledger. */
export interface Restored {
  /** The name that the old ledger has now; `undefined` where there was none. */
  readonly replaced: string | undefined;
  /** Names of files that were missing in the data folder and were put back. */
  readonly files: readonly string[];
}

/**
 * Puts a backup in the place of the ledger, and the files that it holds where they are missing. The ledger that was there
 * stays beside it; nothing in `archive` is touched. What was received after the backup is not in it: `rebuildLedger` adds it.
 * @throws ArchiveError OCT_ARCHIVE_IN_USE, OCT_BACKUP_UNUSABLE
 */
export async function restoreLedger(
  dataDir: string,
  backup: string,
  now = Date.now(),
): Promise<Restored> {
  check(backup);
  const folder = new DataFolder(dataDir);
  folder.open();
  try {
    const restoring = `${folder.ledger}.restoring`;
    await copyFile(backup, restoring);
    const files = await unpackFiles(restoring, folder.root);
    await syncFile(restoring);
    const replaced = await setAside(folder.ledger, now);
    // At no moment is there no ledger: a start without one would begin an empty one.
    await rename(restoring, folder.ledger);
    await syncFolder(folder.root);
    return { replaced, files };
  } finally {
    folder.close();
  }
}

/** A second name for the ledger, and nothing left that SQLite would apply to the new one. */
async function setAside(ledger: string, now: number): Promise<string | undefined> {
  const replaced = join(dirname(ledger), backupName(now).replace('ledger', 'ledger-replaced'));
  try {
    const database = new Database(ledger, { fileMustExist: true });
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
  } catch {
    // Damaged: that is why it is replaced.
  }
  try {
    await link(ledger, replaced);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  for (const suffix of ['-wal', '-shm']) {
    await rename(ledger + suffix, replaced + suffix).catch(() => undefined);
  }
  return basename(replaced);
}

/** Whole, and of a version that this program can read. */
function check(backup: string): void {
  const database = openLedgerFile(backup, 'OCT_BACKUP_UNUSABLE');
  try {
    const version = database.pragma('user_version', { simple: true }) as number;
    const newest = MIGRATIONS.at(-1)?.version ?? 0;
    if (version < 1 || version > newest) {
      throw new ArchiveError('OCT_BACKUP_UNUSABLE', `version ${version}, program ${newest}`);
    }
    if (database.pragma('integrity_check', { simple: true }) !== 'ok') {
      throw new ArchiveError('OCT_BACKUP_UNUSABLE', 'its integrity check fails');
    }
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError('OCT_BACKUP_UNUSABLE', undefined, { cause: error });
  } finally {
    database.close();
  }
}

function openLedgerFile(
  path: string,
  code: 'OCT_BACKUP_SOURCE' | 'OCT_BACKUP_UNUSABLE',
): Database.Database {
  try {
    return new Database(path, { readonly: true, fileMustExist: true });
  } catch (error) {
    throw new ArchiveError(code, path, { cause: error });
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
