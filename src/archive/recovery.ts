import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dayOf, type DataFolder } from './data-folder.js';
import { moveDurably } from './durable-file.js';
import { recordEvent } from './events.js';
import type { Ledger } from './ledger/ledger.js';
import type { Outbox } from './outbox.js';
import type { Workitems } from './workitems.js';
import { DAY } from '../values/units.js';

/** What the last run had left, and what was done about it. */
export interface RecoveryReport {
  /** Transfers that were never whole and results that were never on record: their files are gone. */
  readonly discarded: number;
  /** Whole objects that were never acknowledged: set aside in quarantine. */
  readonly quarantined: number;
  /** Instances on record whose file is not there: SOP Instance UIDs. Someone must look. */
  readonly missing: readonly string[];
  /** Workitems that a worker of the last run had in hand: scheduled again. */
  readonly interruptedWorkitems: number;
  /** Deliveries that were under way: tried again. */
  readonly interruptedDeliveries: number;
}

/**
 * Puts in order what the last run left, before anything new begins: a crash between any two steps ends here. Nothing
 * that was acknowledged is touched. Running it twice changes nothing more.
 */
export async function recover(parts: {
  readonly ledger: Ledger;
  readonly folder: DataFolder;
  readonly workitems: Workitems;
  readonly outbox: Outbox;
  readonly now: () => number;
}): Promise<RecoveryReport> {
  const { ledger, folder, workitems, outbox, now } = parts;
  const interruptedWorkitems = await workitems.releaseAllLeases();
  const interruptedDeliveries = await outbox.recover();

  const since = await firstDayToSearch(ledger);
  let discarded = await emptyIncoming(folder);
  const archived = await sortOut(ledger, folder, 'archive', since);
  let quarantined = 0;
  for (const path of archived.withoutRow) {
    // Whole, synced, but its row was not committed, so the sender knows it as not stored. Kept aside and not deleted:
    // after a restore of an older ledger these files are all there is.
    const target = folder.quarantined(randomUUID());
    await moveDurably(folder.absolute(path), target);
    await ledger.write((tx) =>
      recordEvent(tx, now(), {
        subjectKind: 'archive',
        subjectUid: folder.relative(target),
        what: 'quarantined',
        reason: 'found without a row: its reception was not finished when the node stopped',
        detail: { was: path },
      }),
    );
    quarantined += 1;
  }
  for (const path of (await sortOut(ledger, folder, 'results', since)).withoutRow) {
    await rm(folder.absolute(path), { force: true });
    discarded += 1;
  }
  const missing = archived.withoutFile;
  await ledger.write(async (tx) => {
    for (const subjectUid of missing) {
      const reason = 'its file is not where the ledger has it';
      await recordEvent(tx, now(), {
        subjectKind: 'instance',
        subjectUid,
        what: 'missing',
        reason,
      });
    }
    await recordEvent(tx, now(), {
      subjectKind: 'archive',
      subjectUid: 'archive',
      what: 'recovered',
      detail: { discarded, quarantined, interruptedWorkitems, interruptedDeliveries },
    });
  });
  return { discarded, quarantined, missing, interruptedWorkitems, interruptedDeliveries };
}

/** Files of earlier days were sorted out at the last start; one day of margin for a clock set back. */
async function firstDayToSearch(ledger: Ledger): Promise<string> {
  const last = await ledger.reader
    .selectFrom('event')
    .select('at')
    .where('what', '=', 'recovered')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last === undefined ? '' : dayOf(last.at - DAY);
}

/** Nothing in `incoming` was ever acknowledged. */
async function emptyIncoming(folder: DataFolder): Promise<number> {
  const names = await readdir(folder.folder('incoming'));
  for (const name of names) await rm(join(folder.folder('incoming'), name), { force: true });
  return names.length;
}

/** Compares the files of the days since `since` with the rows that name them; paths relative to the data folder. */
async function sortOut(
  ledger: Ledger,
  folder: DataFolder,
  kind: 'archive' | 'results',
  since: string,
): Promise<{ withoutRow: string[]; withoutFile: string[] }> {
  const withoutRow: string[] = [];
  const withoutFile: string[] = [];
  const days = (await readdir(folder.folder(kind))).filter((day) => day >= since);
  for (const day of days.sort()) {
    const prefix = `${kind}/${day}/`;
    const files = new Set((await readdir(folder.absolute(prefix))).map((name) => prefix + name));
    // The end of the range: '0' follows '/' in ASCII.
    const rows = await ledger.reader
      .selectFrom(kind === 'archive' ? 'instance' : 'result')
      .select(['path', 'sop_instance_uid'])
      .where('path', '>=', prefix)
      .where('path', '<', `${kind}/${day}0`)
      .execute();
    for (const { path, sop_instance_uid } of rows) {
      if (!files.delete(path)) withoutFile.push(sop_instance_uid);
    }
    withoutRow.push(...files);
  }
  return { withoutRow, withoutFile };
}
