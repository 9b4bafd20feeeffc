import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileDurably } from './durable-file.js';

/** What a backup holds beside the ledger: who we are, and what was chosen here. Each is small and in the data folder. */
export const FILES_IN_BACKUP = ['installation.uid', 'tables.json', 'model-sets.json'] as const;

interface Row {
  readonly name: string;
  readonly content: Buffer;
}

/** Puts the files into a copy of a ledger, in a table of their own: a backup is one file, there as a whole or not at all. */
export async function packFiles(dataDir: string, copy: string): Promise<void> {
  const rows: Row[] = [];
  for (const name of FILES_IN_BACKUP) {
    const path = join(dataDir, name);
    if (existsSync(path)) rows.push({ name, content: await readFile(path) });
  }
  const database = new Database(copy, { fileMustExist: true });
  try {
    // A log beside it would be a second file.
    database.pragma('journal_mode = DELETE');
    database.exec('DROP TABLE IF EXISTS backup_file');
    database.exec('CREATE TABLE backup_file (name TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT');
    const insert = database.prepare('INSERT INTO backup_file VALUES (:name, :content)');
    for (const row of rows) insert.run(row);
  } finally {
    database.close();
  }
}

/**
 * Takes the files out of a copy of a backup and writes those that the data folder lacks. One that is there stays: it is
 * newer than the backup, and a damaged ledger says nothing against it. Backups of older versions have none.
 * @returns the names of those that were written
 */
export async function unpackFiles(copy: string, dataDir: string): Promise<readonly string[]> {
  const rows = takeRows(copy);
  const written: string[] = [];
  for (const name of FILES_IN_BACKUP) {
    const path = join(dataDir, name);
    const row = rows.find((one) => one.name === name);
    if (row === undefined || existsSync(path)) continue;
    await writeFileDurably(path, `${path}.${String(process.pid)}`, row.content);
    written.push(name);
  }
  return written;
}

function takeRows(copy: string): readonly Row[] {
  const database = new Database(copy, { fileMustExist: true });
  try {
    const table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'backup_file'";
    if (database.prepare(table).get() === undefined) return [];
    const rows = database.prepare('SELECT name, content FROM backup_file').all() as Row[];
    database.pragma('journal_mode = DELETE');
    database.exec('DROP TABLE backup_file');
    return rows;
  } finally {
    database.close();
  }
}
