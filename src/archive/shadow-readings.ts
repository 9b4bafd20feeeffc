import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { Selectable } from 'kysely';
import { deterministicUid } from '../dicom/uid.js';
import type { Acquisition } from '../values/acquisition.js';
import type { ReferralDecision } from '../values/referral-decision.js';
import type { ResultObject } from '../values/result-objects.js';
import type { ClaimedWorkitem } from '../values/workitem.js';
import { findAcquisition } from './acquisitions.js';
import { DataFolder } from './data-folder.js';
import { makeFolderDurably, writeFileDurably } from './durable-file.js';
import type { Instances } from './instances.js';
import type { Ledger } from './ledger/ledger.js';
import type { LedgerSchema, ShadowReadingTable } from './ledger/schema.js';

/** A scan as the active set read it and, once it is read, as the one in shadow did. */
export interface ShadowReading {
  readonly acquisitionId: string;
  readonly revision: number;
  /** SHA-256 of the manifests. */
  readonly activeSet: string;
  readonly shadowSet: string;
  readonly active: ReferralDecision;
  /** `undefined`: not read yet, or not readable. */
  readonly shadow: ReferralDecision | undefined;
  readonly failure: string | undefined;
}

/**
 * The readings of a model set in shadow: each scan that the active set has read is read once more. What comes of it has
 * a row and files of its own, beside results and outbox, so that nothing of it can ever be sent.
 */
export class ShadowReadings {
  constructor(
    private readonly ledger: Ledger,
    private readonly instances: Instances,
    private readonly folder: DataFolder,
    private readonly now: () => number,
    private readonly maxAttempts: number,
  ) {}

  /** What the active set has read is to be read by the one in shadow too. Once for each pair of sets. */
  async want(
    { id, revision }: Pick<Acquisition, 'id' | 'revision'>,
    sets: { readonly active: string; readonly shadow: string },
    decision: ReferralDecision,
  ): Promise<void> {
    await this.ledger.write(async (tx) => {
      await tx
        .insertInto('shadow_reading')
        .values({
          acquisition_id: id,
          revision,
          active_set: sets.active,
          shadow_set: sets.shadow,
          active: JSON.stringify(decision),
          wanted_at: this.now(),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    });
  }

  /** The scan that has waited longest for this set; `undefined` while scans wait for the active one: they come first. */
  claim(shadowSet: string): Promise<ClaimedWorkitem | undefined> {
    return this.ledger.write(async (tx) => {
      const waiting = await tx
        .selectFrom('workitem')
        .select('uid')
        .where('state', '=', 'SCHEDULED')
        .where('held', '=', 0)
        .limit(1)
        .executeTakeFirst();
      if (waiting !== undefined) return undefined;
      const row = await tx
        .selectFrom('shadow_reading')
        .selectAll()
        .where('shadow_set', '=', shadowSet)
        .where('state', '=', 'wanted')
        .orderBy('wanted_at')
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { acquisition_id: id, revision, attempts } = row;
      const acquisition = await findAcquisition(tx, this.instances, id, revision);
      if (acquisition === undefined) return undefined;
      await tx
        .updateTable('shadow_reading')
        .set({ attempts: attempts + 1 })
        .where('acquisition_id', '=', id)
        .where('revision', '=', revision)
        .where('shadow_set', '=', shadowSet)
        .execute();
      return {
        workitemUid: deterministicUid('shadow reading', id, String(revision), shadowSet),
        transactionUid: '',
        acquisition,
        otherScans: [],
        attempt: attempts + 1,
        interrupted: 0,
      };
    });
  }

  /** Keeps the decision in the ledger and the objects as files under shadow/, by set and scan. */
  async complete(
    { id, revision }: Pick<Acquisition, 'id' | 'revision'>,
    shadowSet: string,
    decision: ReferralDecision,
    objects: readonly ResultObject[],
  ): Promise<void> {
    const folder = join(this.folder.root, 'shadow', shadowSet.slice(0, 16));
    await makeFolderDurably(folder);
    for (const { kind, sopInstanceUid, bytes } of objects) {
      const path = join(folder, `${id}-${String(revision)}-${kind}.dcm`);
      if (existsSync(path)) continue;
      await writeFileDurably(path, this.folder.incoming(`shadow-${sopInstanceUid}`), bytes);
    }
    const read = { state: 'read', shadow: JSON.stringify(decision), ended_at: this.now() } as const;
    await this.update(id, revision, shadowSet, read);
  }

  /** After so many attempts it is not tried again. */
  async fail(
    { acquisition: { id, revision }, attempt }: Pick<ClaimedWorkitem, 'acquisition' | 'attempt'>,
    shadowSet: string,
    reason: string,
  ): Promise<void> {
    const state = attempt >= this.maxAttempts ? 'failed' : 'wanted';
    await this.update(id, revision, shadowSet, { state, reason, ended_at: this.now() });
  }

  private async update(
    id: string,
    revision: number,
    shadowSet: string,
    change: Partial<Selectable<ShadowReadingTable>>,
  ): Promise<void> {
    await this.ledger.write(async (tx) => {
      await tx
        .updateTable('shadow_reading')
        .set(change)
        .where('acquisition_id', '=', id)
        .where('revision', '=', revision)
        .where('shadow_set', '=', shadowSet)
        .where('state', '=', 'wanted')
        .execute();
    });
  }
}

/** The files that sets in shadow made of an acquisition, relative to the data folder. */
export function shadowFiles(folder: DataFolder, acquisitionId: string): readonly string[] {
  const root = join(folder.root, 'shadow');
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((set) =>
    readdirSync(join(root, set))
      .filter((file) => file.startsWith(`${acquisitionId}-`))
      .map((file) => `shadow/${set}/${file}`),
  );
}

/**
 * All of them, oldest first, while a gateway may run on the data folder. Empty where there is no ledger, or one from
 * before there were sets in shadow.
 */
export async function readShadowReadings(dataDir: string): Promise<readonly ShadowReading[]> {
  const path = new DataFolder(dataDir).ledger;
  if (!existsSync(path)) return [];
  const database = new Database(path, { readonly: true });
  const reader = new Kysely<LedgerSchema>({ dialect: new SqliteDialect({ database }) });
  try {
    const known = database
      .prepare("SELECT 1 FROM sqlite_schema WHERE name = 'shadow_reading'")
      .get();
    if (known === undefined) return [];
    const rows = await reader
      .selectFrom('shadow_reading')
      .selectAll()
      .orderBy('wanted_at')
      .execute();
    return rows.map((row) => ({
      acquisitionId: row.acquisition_id,
      revision: row.revision,
      activeSet: row.active_set,
      shadowSet: row.shadow_set,
      active: JSON.parse(row.active) as ReferralDecision,
      shadow: row.shadow === null ? undefined : (JSON.parse(row.shadow) as ReferralDecision),
      failure: row.reason ?? undefined,
    }));
  } finally {
    await reader.destroy();
  }
}
