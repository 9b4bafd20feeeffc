import { Acquisitions } from './acquisitions.js';
import { Activity } from './activity.js';
import type { Archive } from './archive.js';
import { besideNode } from './beside-node.js';
import { Commissioning } from './commissioning.js';
import { Deliveries } from './deliveries.js';
import { Events } from './events.js';
import { HousekeepingRequests } from './housekeeping-requests.js';
import { HousekeepingRuns } from './housekeeping-runs.js';
import { Instances } from './instances.js';
import { NetworkView } from './network-view.js';
import { Refusals } from './refusals.js';
import { Retention } from './retention.js';
import { ScanHistory } from './scan-history.js';
import { ScanView } from './scan-view.js';
import { TablesHistory } from './tables-history.js';
import { WorkitemView } from './workitem-view.js';

/** What an operator's command needs of the archive, beside the node. */
export type OperatorArchive = Pick<
  Archive,
  | 'acquisitions'
  | 'scanView'
  | 'networkView'
  | 'refusals'
  | 'tablesHistory'
  | 'commissioning'
  | 'housekeepingRuns'
  | 'housekeepingRequests'
  | 'retention'
  | 'deliveries'
  | 'activity'
  | 'scanHistory'
  | 'workitemView'
>;

/**
 * The archive of a data folder on which a node may run, for a command of the operator.
 * @throws ArchiveError OCT_LEDGER_OTHER_VERSION
 */
export function withOperatorArchive<T>(
  dataDir: string,
  act: (archive: OperatorArchive) => Promise<T>,
): Promise<T> {
  const now = Date.now;
  return besideNode(dataDir, ({ ledger, folder }) =>
    act({
      acquisitions: new Acquisitions(ledger, new Instances(ledger, folder), now),
      scanView: new ScanView(ledger, folder),
      networkView: new NetworkView(ledger),
      refusals: new Refusals(ledger, now),
      tablesHistory: new TablesHistory(ledger, now),
      commissioning: new Commissioning(ledger, now),
      housekeepingRuns: new HousekeepingRuns(ledger),
      housekeepingRequests: new HousekeepingRequests(ledger),
      retention: new Retention(ledger, folder, new Events(ledger, now), now),
      deliveries: new Deliveries(ledger, now),
      activity: new Activity(ledger),
      scanHistory: new ScanHistory(ledger, now),
      workitemView: new WorkitemView(ledger),
    }),
  );
}
