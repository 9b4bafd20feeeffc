import type { Selectable } from 'kysely';
import type { ReadScan, ScanFigures } from '../values/scan-figures.js';
import type { ScanReading } from '../values/scan-reading.js';
import { besideNode } from './beside-node.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import type { ScanFiguresTable } from './ledger/reader-feedback-schema.js';

/** A device of the site: who sends, and as which kind of device its scans are read. */
export interface ReadDevice {
  readonly callingAeTitle: string;
  readonly profile: string;
}

/** Puts the figures of a reading on record within `tx`; read again, they are the newer ones. */
export async function recordFigures(
  tx: LedgerConnection,
  at: number,
  { acquisitionId, revision, sopInstanceUid, grade, decision }: ScanReading,
  { profile, modelSet, ...figures }: ScanFigures,
): Promise<void> {
  const sender = await tx
    .selectFrom('instance')
    .select('calling_ae_title')
    .where('sop_instance_uid', '=', sopInstanceUid)
    .executeTakeFirst();
  const row = {
    acquisition_id: acquisitionId,
    revision,
    sop_instance_uid: sopInstanceUid,
    calling_ae_title: sender?.calling_ae_title ?? '',
    profile,
    model_set: modelSet,
    read_at: at,
    grade: grade ?? null,
    decision,
    figures: JSON.stringify(figures),
  };
  await tx
    .insertInto('scan_figures')
    .values(row)
    .onConflict((conflict) => conflict.columns(['acquisition_id', 'revision']).doUpdateSet(row))
    .execute();
}

/** What was measured of the scans of each device, over time. */
export class ScanHistory {
  constructor(
    private readonly ledger: Ledger,
    private readonly now: () => number,
  ) {}

  /** The devices whose scans this model set has read. */
  async devices(modelSet: string): Promise<readonly ReadDevice[]> {
    const rows = await this.ledger.reader
      .selectFrom('scan_figures')
      .select(['calling_ae_title', 'profile'])
      .distinct()
      .where('model_set', '=', modelSet)
      .orderBy('calling_ae_title')
      .orderBy('profile')
      .execute();
    return rows.map((row) => ({ callingAeTitle: row.calling_ae_title, profile: row.profile }));
  }

  /**
   * The first and the last scans of a device with this model set, each in the order of reading. They overlap where
   * there are few; scans before the device's reference was renewed are none of them.
   */
  async ends(
    device: ReadDevice,
    modelSet: string,
    counts: { readonly first: number; readonly last: number },
  ): Promise<{ readonly first: readonly ReadScan[]; readonly last: readonly ReadScan[] }> {
    const renewed = await this.ledger.reader
      .selectFrom('drift_reference')
      .select('since')
      .where('calling_ae_title', '=', device.callingAeTitle)
      .where('profile', '=', device.profile)
      .executeTakeFirst();
    const query = (direction: 'asc' | 'desc', limit: number) =>
      this.ledger.reader
        .selectFrom('scan_figures')
        .selectAll()
        .where('calling_ae_title', '=', device.callingAeTitle)
        .where('profile', '=', device.profile)
        .where('model_set', '=', modelSet)
        .where('read_at', '>=', renewed?.since ?? 0)
        .orderBy('read_at', direction)
        .orderBy('acquisition_id', direction)
        .limit(limit)
        .execute();
    const first = await query('asc', counts.first);
    const last = await query('desc', counts.last);
    return { first: first.map(toReadScan), last: last.reverse().map(toReadScan) };
  }

  /** From now on the device is compared with its next scans: after a change that somebody knows of. */
  renewReference({ callingAeTitle, profile }: ReadDevice): Promise<void> {
    const since = this.now();
    return this.ledger.write(async (tx) => {
      await tx
        .insertInto('drift_reference')
        .values({ calling_ae_title: callingAeTitle, profile, since })
        .onConflict((conflict) =>
          conflict.columns(['calling_ae_title', 'profile']).doUpdateSet({ since }),
        )
        .execute();
    });
  }
}

/**
 * The history of a data folder on which a node may run, for a command of the operator.
 * @throws ArchiveError OCT_LEDGER_OTHER_VERSION
 */
export function withScanHistory<T>(
  dataDir: string,
  act: (history: ScanHistory) => Promise<T>,
): Promise<T> {
  return besideNode(dataDir, ({ ledger }) => act(new ScanHistory(ledger, Date.now)));
}

export function toReadScan(row: Selectable<ScanFiguresTable>): ReadScan {
  const figures = JSON.parse(row.figures) as Omit<ScanFigures, 'profile' | 'modelSet'>;
  return {
    ...figures,
    acquisitionId: row.acquisition_id,
    revision: row.revision,
    sopInstanceUid: row.sop_instance_uid,
    callingAeTitle: row.calling_ae_title,
    profile: row.profile,
    modelSet: row.model_set,
    readAt: row.read_at,
    grade: row.grade ?? undefined,
    decision: row.decision,
  };
}
