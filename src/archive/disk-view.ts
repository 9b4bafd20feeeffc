import { existsSync } from 'node:fs';
import { besideNode } from './beside-node.js';
import { freeBytesOfDisk, DataFolder, type FreeBytes } from './data-folder.js';
import type { Ledger, LedgerConnection } from './ledger/ledger.js';
import { DAY, HOUR } from '../values/units.js';

const WEEK = 7 * DAY;

export interface DiskState {
  readonly freeBytes: number;
  /** Below this nothing more is received. */
  readonly minimumFreeBytes: number;
  /** Bytes that were received, and made of it, within the last seven days. */
  readonly lastWeekBytes: number;
  /** Whole days until the minimum is reached at the pace of the last seven days; absent where nothing came. */
  readonly daysLeft?: number;
}

interface Growth {
  readonly bytes: number;
  /** The days that they came in: fewer than seven for a node that is new. */
  readonly days: number;
}

/** How full the disk of the data folder is, how fast it fills, and when it will be full. */
export class DiskView {
  #known: { readonly at: number; readonly growth: Promise<Growth> } | undefined;

  constructor(
    private readonly ledger: Ledger,
    private readonly folder: DataFolder,
    private readonly freeBytes: FreeBytes,
    private readonly minimumFreeBytes: number,
    private readonly now: () => number,
  ) {}

  /** The growth is asked for once an hour at most: it adds up a week of rows, and a scrape comes every few seconds. */
  async state(): Promise<DiskState> {
    const now = this.now();
    if (this.#known === undefined || now - this.#known.at > HOUR) {
      this.#known = { at: now, growth: growthOf(this.ledger.reader, now) };
    }
    return forecast(
      await this.freeBytes(this.folder.root),
      this.minimumFreeBytes,
      await this.#known.growth,
    );
  }
}

/** The disk of a data folder, beside a node that may run on it; undefined where there is no ledger yet. */
export async function readDiskState(
  dataDir: string,
  minimumFreeBytes: number,
): Promise<DiskState | undefined> {
  if (!existsSync(new DataFolder(dataDir).ledger)) return undefined;
  return besideNode(dataDir, async ({ ledger, folder }) => {
    const growth = await growthOf(ledger.reader, Date.now());
    return forecast(await freeBytesOfDisk(folder.root), minimumFreeBytes, growth);
  });
}

function forecast(freeBytes: number, minimumFreeBytes: number, growth: Growth): DiskState {
  const perDay = growth.bytes / growth.days;
  return {
    freeBytes,
    minimumFreeBytes,
    lastWeekBytes: growth.bytes,
    ...(perDay > 0 && {
      daysLeft: Math.max(0, Math.floor((freeBytes - minimumFreeBytes) / perDay)),
    }),
  };
}

async function growthOf(reader: LedgerConnection, now: number): Promise<Growth> {
  const received = await reader
    .selectFrom('instance')
    .select(({ fn }) => [
      fn.sum<number | null>('byte_length').as('bytes'),
      fn.min('received_at').as('first'),
    ])
    // All states there are: so that the index by state and time is used.
    .where('assembly_state', 'in', ['pending', 'assembled', 'incomplete', 'not-input'])
    .where('received_at', '>', now - WEEK)
    .executeTakeFirst();
  const made = await reader
    .selectFrom('result')
    .select(({ fn }) => fn.sum<number | null>('byte_length').as('bytes'))
    .where('created_at', '>', now - WEEK)
    .executeTakeFirst();
  // A node that has had its first scan an hour ago does not get a day's worth each hour.
  const days = Math.min(7, Math.max(1, (now - (received?.first ?? now)) / DAY));
  return { bytes: (received?.bytes ?? 0) + (made?.bytes ?? 0), days };
}
