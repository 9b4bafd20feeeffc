import type Database from 'better-sqlite3';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** Lists of different lengths (`in (?, ?, …)`) make texts without end: beyond so many, all are made anew. */
const MOST_STATEMENTS = 500;

/**
 * The database for Kysely, which prepares a statement each time it runs it: here each text is prepared once. SQLite
 * itself prepares it again where the schema has changed. A statement runs to its end at once, so that it is never in
 * use twice (Kysely's `stream` would break that).
 */
export function preparingOnce(database: Database.Database): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      if (prepared.size >= MOST_STATEMENTS) prepared.clear();
      const statement = database.prepare(sql) as SqliteStatement;
      prepared.set(sql, statement);
      return statement;
    },
    close() {
      database.close();
    },
  };
}
