import type { DataFolder, FreeBytes } from './data-folder.js';
import type { Ledger } from './ledger/ledger.js';

const WEEK = 7 * 86_400_000;

export interface DiskState {
  readonly freeBytes: number;
  /** Below this nothing more is received. */
  readonly minimumFreeBytes: number;
  /** Bytes that were received within the last seven days. */
  readonly lastWeekBytes: number;
}

/** How full the disk of the data folder is, and how fast it fills. */
export class DiskView {
  constructor(
    private readonly ledger: Ledger,
    private readonly folder: DataFolder,
    private readonly freeBytes: FreeBytes,
    private readonly minimumFreeBytes: number,
    private readonly now: () => number,
  ) {}

  async state(): Promise<DiskState> {
    const row = await this.ledger.reader
      .selectFrom('instance')
      .select(({ fn }) => fn.sum<number | null>('byte_length').as('bytes'))
      .where('received_at', '>', this.now() - WEEK)
      .executeTakeFirst();
    return {
      freeBytes: await this.freeBytes(this.folder.root),
      minimumFreeBytes: this.minimumFreeBytes,
      lastWeekBytes: row?.bytes ?? 0,
    };
  }
}
