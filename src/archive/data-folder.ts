import { mkdirSync, statfsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import Database from 'better-sqlite3';
import { ArchiveError } from './errors.js';
import { makeFolderDurably } from './durable-file.js';

const FOLDERS = ['incoming', 'archive', 'results', 'quarantine'] as const;

/** Free bytes on the disk that holds `path`, for a user without privileges. */
export type FreeBytes = (path: string) => Promise<number>;

export const freeBytesOfDisk: FreeBytes = (path) => {
  // The system has the answer in memory: a thread to wait for it would cost more (decision 120).
  const { bavail, bsize } = statfsSync(path);
  return Promise.resolve(bavail * bsize);
};

/**
 * Where things lie in the one folder that holds everything. A file is named by a receipt (a random UUID made here),
 * never by a UID that a peer sent (R37), so that no two receptions ever share a path (R2).
 */
export class DataFolder {
  readonly root: string;
  #lock: Database.Database | undefined;

  constructor(dataDir: string) {
    this.root = resolve(dataDir);
  }

  get ledger(): string {
    return join(this.root, 'ledger.sqlite');
  }

  folder(name: (typeof FOLDERS)[number]): string {
    return join(this.root, name);
  }

  /**
   * Makes the folders and takes the data folder for this process alone: recovery would take another gateway's
   * transfers for leftovers.
   * @throws ArchiveError OCT_ARCHIVE_IN_USE
   */
  open(): void {
    for (const name of FOLDERS) mkdirSync(this.folder(name), { recursive: true });
    // SQLite's own file lock is the one that Node offers and that the system releases at kill -9; a file with a PID
    // would outlive its process.
    const lock = new Database(join(this.root, 'gateway.lock'), { timeout: 0 });
    try {
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      throw new ArchiveError('OCT_ARCHIVE_IN_USE', this.root, { cause: error });
    }
    this.#lock = lock;
  }

  close(): void {
    this.#lock?.close();
    this.#lock = undefined;
  }

  incoming(receipt: string): string {
    return join(this.folder('incoming'), `${receipt}.dcm`);
  }

  quarantined(receipt: string): string {
    return join(this.folder('quarantine'), `${receipt}.dcm`);
  }

  /** A place under `archive` or `results`, in a folder for each day (UTC), which is made where it is missing. */
  async place(kind: 'archive' | 'results', receipt: string, at: number): Promise<string> {
    const folder = join(this.folder(kind), dayOf(at));
    await makeFolderDurably(folder);
    return join(folder, `${receipt}.dcm`);
  }

  /** As the ledger holds it: relative, with forward slashes. */
  relative(path: string): string {
    return relative(this.root, path).split(sep).join('/');
  }

  absolute(path: string): string {
    return join(this.root, path);
  }
}

/** `YYYYMMDD` in UTC. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
}
