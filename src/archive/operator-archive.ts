import { Acquisitions } from './acquisitions.js';
import type { Archive } from './archive.js';
import { Commissioning } from './commissioning.js';
import { DataFolder } from './data-folder.js';
import { Events } from './events.js';
import { Instances } from './instances.js';
import { Ledger } from './ledger/ledger.js';
import { NetworkView } from './network-view.js';
import { Refusals } from './refusals.js';
import { Retention } from './retention.js';
import { ScanView } from './scan-view.js';
import { TablesHistory } from './tables-history.js';

/** What an operator's command needs of the archive, beside the node. */
export type OperatorArchive = Pick<
  Archive,
  | 'acquisitions'
  | 'scanView'
  | 'networkView'
  | 'refusals'
  | 'tablesHistory'
  | 'commissioning'
  | 'retention'
>;

/**
 * The archive of a data folder on which a node may run, for a command of the operator.
 * @throws ArchiveError OCT_LEDGER_OTHER_VERSION
 */
export async function withOperatorArchive<T>(
  dataDir: string,
  act: (archive: OperatorArchive) => Promise<T>,
): Promise<T> {
  const folder = new DataFolder(dataDir);
  const ledger = Ledger.join(folder.ledger);
  const now = Date.now;
  try {
    return await act({
      acquisitions: new Acquisitions(ledger, new Instances(ledger, folder), now),
      scanView: new ScanView(ledger, folder),
      networkView: new NetworkView(ledger),
      refusals: new Refusals(ledger, now),
      tablesHistory: new TablesHistory(ledger, now),
      commissioning: new Commissioning(ledger, now),
      retention: new Retention(ledger, folder, new Events(ledger, now), now),
    });
  } finally {
    await ledger.close();
  }
}
