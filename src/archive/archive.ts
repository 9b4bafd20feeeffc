import { Acquisitions } from './acquisitions.js';
import { Activity } from './activity.js';
import { Associations } from './associations.js';
import { Backlog } from './backlog.js';
import { besideNode } from './beside-node.js';
import { CommitmentInquiries } from './commitment-inquiries.js';
import { CommitmentRequests } from './commitment-requests.js';
import { Commissioning } from './commissioning.js';
import { DataFolder, freeBytesOfDisk, type FreeBytes } from './data-folder.js';
import { DiskView } from './disk-view.js';
import { Deliveries } from './deliveries.js';
import { Events } from './events.js';
import { HousekeepingRequests } from './housekeeping-requests.js';
import { HousekeepingRuns } from './housekeeping-runs.js';
import { Instances } from './instances.js';
import { Ledger } from './ledger/ledger.js';
import { NetworkView } from './network-view.js';
import { Notifications } from './notifications.js';
import { Outbox } from './outbox.js';
import { ProcedureSteps } from './procedure-steps.js';
import { openReception, type Reception, type ReceptionRequest } from './reception.js';
import { recover, type RecoveryReport } from './recovery.js';
import { ReaderFeedback } from './reader-feedback.js';
import { Readings } from './readings.js';
import { Refusals } from './refusals.js';
import { Retention } from './retention.js';
import { Results } from './results.js';
import { StepSubscriptions } from './step-subscriptions.js';
import { StoredObjects } from './stored-objects.js';
import { StudyIndex } from './study-index.js';
import { StudySearch } from './study-search.js';
import { ScanHistory } from './scan-history.js';
import { ScanView } from './scan-view.js';
import { ShadowReadings } from './shadow-readings.js';
import { StudyView } from './study-view.js';
import { TablesHistory } from './tables-history.js';
import { Verifications } from './verifications.js';
import { WorkitemView } from './workitem-view.js';
import { Workitems } from './workitems.js';
import { Worklist } from './worklist.js';

export interface ArchiveOptions {
  readonly dataDir: string;
  /** Nothing is received that would leave less free space, in bytes. */
  readonly minimumFreeBytes: number;
  /** After so many failed attempts a workitem is held. */
  readonly maxAttempts: number;
  /** For tests: the clock (ms since 1970) and the disk. */
  readonly now?: () => number;
  readonly freeBytes?: FreeBytes;
}

/** Bytes and ledger of one data folder: everything of the node that survives it. */
export interface Archive {
  readonly ledger: Ledger;
  readonly folder: DataFolder;
  readonly instances: Instances;
  readonly acquisitions: Acquisitions;
  readonly workitems: Workitems;
  readonly workitemView: WorkitemView;
  readonly worklist: Worklist;
  readonly procedureSteps: ProcedureSteps;
  readonly stepSubscriptions: StepSubscriptions;
  readonly readings: Readings;
  readonly readerFeedback: ReaderFeedback;
  readonly scanHistory: ScanHistory;
  readonly shadowReadings: ShadowReadings;
  readonly studyView: StudyView;
  readonly storedObjects: StoredObjects;
  readonly studyIndex: StudyIndex;
  readonly studySearch: StudySearch;
  readonly scanView: ScanView;
  readonly networkView: NetworkView;
  readonly diskView: DiskView;
  readonly tablesHistory: TablesHistory;
  readonly commissioning: Commissioning;
  readonly housekeepingRuns: HousekeepingRuns;
  readonly housekeepingRequests: HousekeepingRequests;
  readonly results: Results;
  readonly outbox: Outbox;
  readonly backlog: Backlog;
  readonly deliveries: Deliveries;
  readonly notifications: Notifications;
  readonly verifications: Verifications;
  readonly commitmentRequests: CommitmentRequests;
  readonly commitmentInquiries: CommitmentInquiries;
  readonly associations: Associations;
  readonly activity: Activity;
  readonly refusals: Refusals;
  readonly events: Events;
  readonly retention: Retention;
  /** Begins to receive one object. */
  receive(request: ReceptionRequest): Promise<Reception>;
  /** To be called once, before the first `receive`. */
  recover(): Promise<RecoveryReport>;
  /** Commits what is queued and lets go of the data folder. Receptions must have ended. */
  close(): Promise<void>;
}

/**
 * Opens the archive of a data folder, which is made where it is missing, for this process alone.
 * @throws ArchiveError OCT_ARCHIVE_IN_USE, OCT_LEDGER_NEWER
 */
export function openArchive(options: ArchiveOptions): Archive {
  const { now = Date.now, freeBytes = freeBytesOfDisk, maxAttempts, minimumFreeBytes } = options;
  const folder = new DataFolder(options.dataDir);
  folder.open();
  let ledger: Ledger;
  try {
    ledger = Ledger.open(folder.ledger);
  } catch (error) {
    folder.close();
    throw error;
  }
  const instances = new Instances(ledger, folder);
  const results = new Results(ledger, folder, now);
  const workitems = new Workitems({ ledger, folder, instances, results, now, maxAttempts });
  const acquisitions = new Acquisitions(ledger, instances, now);
  const readings = new Readings(ledger);
  const outbox = new Outbox(ledger, folder, now);
  const commitmentRequests = new CommitmentRequests(ledger, instances, now);
  const commitmentInquiries = new CommitmentInquiries(ledger, now);
  const events = new Events(ledger, now);
  const studyIndex = new StudyIndex(ledger, folder);
  const reception = { folder, instances, events, freeBytes, minimumFreeBytes, now };
  return {
    ledger,
    folder,
    instances,
    acquisitions,
    workitems,
    workitemView: new WorkitemView(ledger),
    worklist: new Worklist(ledger, instances, results),
    procedureSteps: new ProcedureSteps(ledger, instances, now),
    stepSubscriptions: new StepSubscriptions(ledger, now),
    readings,
    readerFeedback: new ReaderFeedback(ledger, now),
    scanHistory: new ScanHistory(ledger, now),
    shadowReadings: new ShadowReadings(ledger, instances, folder, now, maxAttempts),
    studyView: new StudyView(ledger, acquisitions, readings),
    storedObjects: new StoredObjects(ledger, folder),
    studyIndex,
    studySearch: new StudySearch(ledger, studyIndex),
    scanView: new ScanView(ledger, folder),
    networkView: new NetworkView(ledger),
    diskView: new DiskView(ledger, folder, freeBytes, minimumFreeBytes, now),
    tablesHistory: new TablesHistory(ledger, now),
    commissioning: new Commissioning(ledger, now),
    housekeepingRuns: new HousekeepingRuns(ledger),
    housekeepingRequests: new HousekeepingRequests(ledger),
    results,
    outbox,
    backlog: new Backlog(ledger),
    deliveries: new Deliveries(ledger, now),
    notifications: new Notifications(ledger, folder, now),
    verifications: new Verifications(ledger, now),
    commitmentRequests,
    commitmentInquiries,
    associations: new Associations(ledger, now),
    activity: new Activity(ledger),
    refusals: new Refusals(ledger, now),
    events,
    retention: new Retention(ledger, folder, events, now),
    receive: (request) => openReception(reception, request),
    recover: async () => {
      await commitmentRequests.recover();
      await commitmentInquiries.recover();
      return recover({ ledger, folder, workitems, outbox, now });
    },
    close: async () => {
      await ledger.close();
      folder.close();
    },
  };
}

/**
 * The workitems of a data folder on which a node may run, for a command of the operator.
 * @throws ArchiveError OCT_LEDGER_OTHER_VERSION
 */
export function withWorkitems<T>(
  dataDir: string,
  maxAttempts: number,
  act: (workitems: Workitems, view: WorkitemView) => Promise<T>,
): Promise<T> {
  return besideNode(dataDir, ({ ledger, folder }) => {
    const [instances, now] = [new Instances(ledger, folder), Date.now];
    const results = new Results(ledger, folder, now);
    const workitems = new Workitems({ ledger, folder, instances, results, now, maxAttempts });
    return act(workitems, new WorkitemView(ledger));
  });
}

/**
 * The deliveries of a data folder on which a node may run, for a command of the operator.
 * @throws ArchiveError OCT_LEDGER_OTHER_VERSION
 */
export function withDeliveries<T>(
  dataDir: string,
  act: (deliveries: Deliveries) => Promise<T>,
): Promise<T> {
  return besideNode(dataDir, ({ ledger }) => act(new Deliveries(ledger, Date.now)));
}
