import type { Archive } from '../archive/archive.js';
import { freeBytesOfDisk } from '../archive/data-folder.js';
import type { Settings } from '../config/settings-manifest.js';
import { daysLeft, WARN_DAYS } from '../operations/certificate-expiry.js';
import type { Degradation } from '../operations/health.js';
import { MIB } from '../values/units.js';

/** `/readyz` may be asked by anybody and often: the ledger and the disk at most so often, in ms. */
const MAXIMUM_AGE = 2_000;
/** Somebody may wait for a notification of an urgent scan: minutes after which its receiver should be looked at. */
const LONGEST_SILENCE = 15;

/** What in the node wants attention, in words without names and addresses; asked anew every two seconds at most. */
export function degradations(
  settings: Settings,
  archive: Archive,
  validTo: () => Date | undefined,
  watches: readonly { readonly degradations: readonly Degradation[] }[],
): () => Promise<readonly Degradation[]> {
  let known: { readonly at: number; readonly what: Promise<readonly Degradation[]> } | undefined;
  return () => {
    const now = Date.now();
    if (known === undefined || now - known.at > MAXIMUM_AGE) {
      known = { at: now, what: look(settings, archive, validTo(), watches) };
    }
    return known.what;
  };
}

async function look(
  settings: Settings,
  archive: Archive,
  validTo: Date | undefined,
  watches: readonly { readonly degradations: readonly Degradation[] }[],
): Promise<readonly Degradation[]> {
  const now = Date.now();
  const { heldWorkitems, failedDeliveries, failedCommitments } = await archive.backlog.report();
  const free = Math.floor((await freeBytesOfDisk(archive.folder.root)) / MIB);
  const days = validTo && daysLeft(validTo);
  const found: Degradation[] = watches.flatMap((watch) => watch.degradations);
  const tell = (name: string, holds: boolean, reason: string): void => {
    if (holds) found.push({ name, reason });
  };
  tell('workitems', heldWorkitems > 0, `${heldWorkitems} workitems are held and wait for somebody`);
  tell('deliveries', failedDeliveries > 0, `${failedDeliveries} deliveries have failed for good`);
  const { counts, oldest = now } = await archive.notifications.backlog();
  const untold = counts
    .filter(({ state }) => state === 'failed')
    .reduce((sum, { count }) => sum + count, 0);
  const waits = Math.floor((now - oldest) / 60_000);
  tell('notifications', untold > 0, `${untold} notifications have failed for good`);
  tell('notifications', waits >= LONGEST_SILENCE, `one waits to be taken for ${waits} minutes`);
  tell(
    'commitment',
    failedCommitments > 0,
    `${failedCommitments} delivered objects were not committed to`,
  );
  tell(
    'disk',
    free < 2 * settings.minimumFreeDisk,
    `${free} MiB free; nothing is accepted below ${settings.minimumFreeDisk} MiB`,
  );
  tell(
    'certificate',
    days !== undefined && days < WARN_DAYS,
    `our TLS certificate ends in ${days ?? 0} days`,
  );
  return found;
}
