import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { DataFolder } from './data-folder.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type { LedgerSchema } from './ledger/schema.js';

/** Someone who wanted in, or wanted something, and what stood against it. */
export interface Refusal {
  /** As the log shows it: in hex where it is not printable; empty where none was said. */
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly peerAddress: string;
  /** What was lacking, as a word of the transport's: a reject reason, a context result, a protocol. */
  readonly lack: string;
  /** The SOP class of a refused presentation context; otherwise empty. */
  readonly sopClassUid: string;
  /** What was proposed: SOP classes, or the transfer syntaxes of the one SOP class. */
  readonly proposed: readonly string[];
  /** In words, for a human. */
  readonly why: string;
}

/** The same refusal again is the same row. */
export interface RecordedRefusal extends Refusal {
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** A port scanner must not fill the disk: beyond these the oldest are forgotten. */
const MOST_REFUSALS = 1000;

/** Who was refused and why, so that IT can admit them without reading logs. */
export class Refusals {
  constructor(
    private readonly ledger: Ledger,
    private readonly now: () => number,
    private readonly most = MOST_REFUSALS,
  ) {}

  /** All refusals of one association, in one transaction. */
  record(refusals: readonly Refusal[]): Promise<void> {
    if (refusals.length === 0) return Promise.resolve();
    return this.ledger.write(async (tx) => {
      const at = this.now();
      for (const refusal of refusals) await upsert(tx, refusal, at);
      await this.forgetOldest(tx);
    });
  }

  list(): Promise<RecordedRefusal[]> {
    return listFrom(this.ledger.reader);
  }

  private async forgetOldest(tx: LedgerConnection): Promise<void> {
    const beyond = await tx
      .selectFrom('refusal')
      .select('last_at')
      .orderBy('last_at', 'desc')
      .offset(this.most)
      .limit(1)
      .executeTakeFirst();
    if (beyond === undefined) return;
    await tx.deleteFrom('refusal').where('last_at', '<=', beyond.last_at).execute();
  }
}

/**
 * The refusals of a data folder that a running node may have open; the newest first. Empty where there is no ledger,
 * or one from before refusals were recorded.
 */
export async function readRefusals(dataDir: string): Promise<RecordedRefusal[]> {
  const path = new DataFolder(dataDir).ledger;
  if (!existsSync(path)) return [];
  const database = new Database(path, { readonly: true });
  const reader = new Kysely<LedgerSchema>({ dialect: new SqliteDialect({ database }) });
  try {
    const known = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'refusal'").get();
    return known === undefined ? [] : await listFrom(reader);
  } finally {
    await reader.destroy();
  }
}

async function listFrom(reader: LedgerConnection): Promise<RecordedRefusal[]> {
  const rows = await reader
    .selectFrom('refusal')
    .selectAll()
    .orderBy('last_at', 'desc')
    .orderBy('sop_class_uid')
    .execute();
  return rows.map((row) => ({
    callingAeTitle: row.calling_ae_title,
    calledAeTitle: row.called_ae_title,
    peerAddress: row.peer_address,
    lack: row.lack,
    sopClassUid: row.sop_class_uid,
    proposed: row.proposed === '' ? [] : row.proposed.split(' '),
    why: row.why,
    count: row.count,
    firstAt: row.first_at,
    lastAt: row.last_at,
  }));
}

async function upsert(tx: LedgerConnection, refusal: Refusal, at: number): Promise<void> {
  const proposed = refusal.proposed.join(' ');
  await tx
    .insertInto('refusal')
    .values({
      calling_ae_title: refusal.callingAeTitle,
      called_ae_title: refusal.calledAeTitle,
      peer_address: refusal.peerAddress,
      lack: refusal.lack,
      sop_class_uid: refusal.sopClassUid,
      proposed,
      why: refusal.why,
      count: 1,
      first_at: at,
      last_at: at,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['peer_address', 'calling_ae_title', 'called_ae_title', 'lack', 'sop_class_uid'])
        .doUpdateSet((eb) => ({
          proposed,
          why: refusal.why,
          count: eb('refusal.count', '+', 1),
          last_at: at,
        })),
    )
    .execute();
}
