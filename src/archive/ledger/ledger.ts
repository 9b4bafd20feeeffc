import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import { ArchiveError } from '../errors.js';
import { MIGRATIONS } from './migrations.js';
import { preparingOnce } from './prepared-statements.js';
import type { LedgerSchema } from './schema.js';

/** A typed connection: the one that a write job gets inside its transaction, or the one for reading. */
export type LedgerConnection = Kysely<LedgerSchema>;

interface Job {
  readonly run: (tx: LedgerConnection) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** Around each transaction and each of its jobs. */
const STEPS = {
  // IMMEDIATE, not Kysely's deferred BEGIN: taking the write lock late fails instead of waiting for it.
  begin: CompiledQuery.raw('BEGIN IMMEDIATE'),
  commit: CompiledQuery.raw('COMMIT'),
  rollback: CompiledQuery.raw('ROLLBACK'),
  beginJob: CompiledQuery.raw('SAVEPOINT job'),
  endJob: CompiledQuery.raw('RELEASE job'),
  undoJob: CompiledQuery.raw('ROLLBACK TO job'),
} as const;

/** Bounds how long one transaction keeps the writer, not how much may wait. */
const MAX_JOBS_PER_TRANSACTION = 256;

/**
 * The SQLite file with every state of the node. Writes are committed in groups: a commit costs 2 to 4 ms of disk
 * whether it holds one row or a hundred (baselines.md §7), so whatever waits when a transaction begins goes into it.
 */
export class Ledger {
  /** Sees what is committed; never waits for the writer (WAL). */
  readonly reader: LedgerConnection;
  /** How many jobs were committed or refused, in how many transactions. */
  readonly statistics = { jobs: 0, transactions: 0 };
  readonly #writer: LedgerConnection;
  #waiting: Job[] = [];
  #draining: Promise<void> | undefined;
  #closed = false;

  private constructor(writer: Database.Database, reader: Database.Database) {
    this.#writer = new Kysely({ dialect: new SqliteDialect({ database: preparingOnce(writer) }) });
    this.reader = new Kysely({ dialect: new SqliteDialect({ database: preparingOnce(reader) }) });
  }

  /**
   * Opens or creates the ledger and brings its schema up to date.
   * @throws ArchiveError OCT_LEDGER_NEWER when a later version of the program has migrated it.
   */
  static open(path: string): Ledger {
    return Ledger.#with(new Database(path), path, migrate);
  }

  /**
   * Opens the ledger beside a node that may run on it: a command of the operator. SQLite lets one write at a time.
   * @throws ArchiveError OCT_LEDGER_OTHER_VERSION: nothing is migrated under a node that runs.
   */
  static join(path: string): Ledger {
    if (!existsSync(path)) throw new ArchiveError('OCT_LEDGER_OTHER_VERSION', path);
    return Ledger.#with(new Database(path), path, (database) => {
      const version = database.pragma('user_version', { simple: true });
      if (version !== MIGRATIONS.at(-1)?.version)
        throw new ArchiveError('OCT_LEDGER_OTHER_VERSION', `ledger ${String(version)}`);
    });
  }

  static #with(
    writer: Database.Database,
    path: string,
    prepare: (database: Database.Database) => void,
  ): Ledger {
    try {
      writer.pragma('journal_mode = WAL');
      writer.pragma('synchronous = FULL'); // a commit survives a power cut, not only a crash
      writer.pragma('foreign_keys = ON');
      writer.pragma('busy_timeout = 10000');
      prepare(writer);
      return new Ledger(writer, new Database(path, { readonly: true }));
    } catch (error) {
      writer.close();
      throw error;
    }
  }

  /**
   * Runs `job` in the next transaction and resolves once that is committed and synced. Each job has a savepoint: one
   * that fails is undone alone and rejects with its own error. A job awaits nothing but its own queries: it holds up
   * all others.
   * @throws ArchiveError OCT_LEDGER_COMMIT when the transaction failed as a whole, OCT_LEDGER_CLOSED after `close`.
   */
  write<T>(job: (tx: LedgerConnection) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new ArchiveError('OCT_LEDGER_CLOSED'));
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ run: job, resolve: resolve as Job['resolve'], reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Finishes what is queued and closes the file. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#draining;
    await this.reader.destroy();
    await this.#writer.destroy();
  }

  async #drain(): Promise<void> {
    // Let everything that became ready in the same turn of the event loop join the first transaction.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const jobs = this.#waiting.splice(0, MAX_JOBS_PER_TRANSACTION);
      try {
        const settle = await this.#commit(jobs);
        for (const answer of settle) answer();
      } catch (error) {
        const failure = new ArchiveError('OCT_LEDGER_COMMIT', undefined, { cause: error });
        for (const job of jobs) job.reject(failure);
      }
      this.statistics.jobs += jobs.length;
      this.statistics.transactions += 1;
    }
    this.#draining = undefined;
  }

  /** One transaction; returns the answers, to be given only now that they are true. */
  #commit(jobs: readonly Job[]): Promise<(() => void)[]> {
    return this.#writer.connection().execute(async (tx) => {
      await tx.executeQuery(STEPS.begin);
      try {
        const settle: (() => void)[] = [];
        for (const job of jobs) settle.push(await runInSavepoint(tx, job));
        await tx.executeQuery(STEPS.commit);
        return settle;
      } catch (error) {
        // SQLite has already rolled back by itself after some errors (disk full): then there is nothing to undo.
        await tx.executeQuery(STEPS.rollback).catch(() => undefined);
        throw error;
      }
    });
  }
}

async function runInSavepoint(tx: LedgerConnection, job: Job): Promise<() => void> {
  await tx.executeQuery(STEPS.beginJob);
  try {
    const value = await job.run(tx);
    await tx.executeQuery(STEPS.endJob);
    return () => {
      job.resolve(value);
    };
  } catch (error) {
    // Fails if SQLite has rolled back the whole transaction: then the jobs before this one are lost with it.
    await tx.executeQuery(STEPS.undoJob);
    await tx.executeQuery(STEPS.endJob);
    return () => {
      job.reject(error);
    };
  }
}

function migrate(database: Database.Database): void {
  const current = database.pragma('user_version', { simple: true }) as number;
  const newest = MIGRATIONS.at(-1)?.version ?? 0;
  if (current > newest) {
    throw new ArchiveError(
      'OCT_LEDGER_NEWER',
      `ledger ${String(current)}, program ${String(newest)}`,
    );
  }
  for (const { version, sql: statements } of MIGRATIONS) {
    if (version <= current) continue;
    database.transaction(() => {
      database.exec(statements);
      database.pragma(`user_version = ${String(version)}`);
    })();
  }
}
