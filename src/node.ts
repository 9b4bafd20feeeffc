import { openArchive } from './archive/archive.js';
import { Assembler } from './assembly/assembler.js';
import { assemblyPorts } from './joints/assembly-ports.js';
import { auditRouter } from './joints/audit-http.js';
import { NodeAudit } from './joints/audit.js';
import { commitmentOf } from './joints/commitment.js';
import { storedFiles } from './joints/console-files.js';
import { consoleRouters } from './joints/console.js';
import { isAdmitted } from './config/caller.js';
import type { Environment } from './config/read-settings.js';
import type { Settings } from './config/settings-manifest.js';
import { timersOf } from './config/timers.js';
import { SOP_CLASSES_ACCEPTED, TRANSFER_SYNTAXES_ACCEPTED } from './dicom/uids.js';
import { deliveryOf } from './joints/delivery.js';
import { dicomwebOf } from './joints/dicomweb.js';
import { DeliveryWatch } from './joints/delivery-watch.js';
import { DriftWatch } from './joints/drift-watch.js';
import { expectedFrames } from './devices/match-profile.js';
import { startListener } from './dimse/listener.js';
import { httpsIdentity, startHttp } from './joints/http.js';
import { loadModelSet } from './inference/model-set.js';
import { degradations } from './joints/degradations.js';
import { housekeepingOf } from './joints/housekeeping.js';
import { LiveSettings } from './joints/live-settings.js';
import { NodeMetrics } from './joints/metrics.js';
import { operatingPointOf } from './inference/operating-points.js';
import { modelsFolder } from './models-folder.js';
import { announce, logWorkerEvent } from './joints/node-log.js';
import { keepNodeNews, nodeNews } from './joints/node-news.js';
import { notificationsOf } from './joints/notification.js';
import { associationObserver } from './operations/association-observer.js';
import { certificateReadiness, logCertificate } from './operations/certificate-expiry.js';
import { healthRouter, type Readiness } from './operations/health.js';
import { errorFields, log } from './operations/log.js';
import { refusalObserver } from './operations/refusal-observer.js';
import { shadowOf } from './joints/shadow.js';
import { SilenceWatch } from './joints/silence-watch.js';
import { verificationOf } from './joints/receipts.js';
import { storeSink } from './joints/store-sink.js';
import { tracesOf } from './joints/trace.js';
import { Transfers } from './joints/transfers.js';
import { goldenScanTask, workerReadiness, workersOf } from './joints/workers.js';
import { MIB } from './values/units.js';
import { WorkersSeen } from './workers/news.js';
import { workitemQueue } from './joints/workitem-queue.js';

export interface Node {
  readonly dimsePort: number;
  readonly httpPort: number;
  /** Where DICOM over TLS is listened for. */
  readonly tlsPort?: number;
  /** Reads the tables and the TLS credentials anew; what is wrong in them is logged and changes nothing. */
  reload(): void;
  /** Refuses new associations, finishes the transfers and sends in hand, and lets go of everything. */
  stop(): Promise<void>;
  /** While it stops: aborts what `stop` waits for (A-ABORT to every peer, HTTP cut); resolves when no socket is left. */
  abortAssociations(): Promise<void>;
}

/**
 * The composition root: makes the parts and joins them. The order is that of trust: first what the last run left is put
 * in order, then what reads and delivers, and the doors are opened last.
 *
 * @param reread reads the settings anew where some of them may change while the node runs
 * @param environment what was set, by variable, for the console to show
 * @throws the coded errors of the parts where the node cannot work: archive in use, model set wrong, port taken.
 */
export async function startNode(
  settings: Settings,
  reread: () => Settings = () => settings,
  environment: Environment = {},
): Promise<Node> {
  const live = new LiveSettings(settings, reread, ({ credentials, destinations }) => {
    listener.renewCredentials(credentials);
    const https = httpsIdentity(credentials);
    if (https) http.renewIdentity(https);
    delivery.setDestinations(destinations);
    if (credentials.identity) logCertificate(credentials.identity.validTo);
  });
  const modelSet = loadModelSet(modelsFolder(settings));
  operatingPointOf(modelSet, settings.operatingPoint);
  const profiles = () => live.current.profiles;
  const archive = openArchive({
    dataDir: settings.dataDir,
    minimumFreeBytes: settings.minimumFreeDisk * MIB,
    maxAttempts: settings.maxAttempts,
  });
  const { discarded, quarantined, missing, ...interrupted } = await archive.recover();
  log(missing.length > 0 ? 'error' : 'info', 'what the last run left is in order', {
    detail: `${discarded} discarded, ${quarantined} quarantined, ${missing.length} missing, ${interrupted.interruptedWorkitems} workitems and ${interrupted.interruptedDeliveries} deliveries interrupted`,
  });

  const metrics = new NodeMetrics();
  const traces = await tracesOf(settings, archive);
  const commitment = commitmentOf(settings, live, archive, () => {
    assembleSoon();
  });
  const verification = verificationOf(settings, live, archive);
  const audit = NodeAudit.of(settings, archive, () => live.current.credentials);
  const settled = (): void => {
    commitment.notify();
    verification.notify();
  };
  const delivery = deliveryOf(settings, live, archive, settled, (send) =>
    traces.delivering(audit?.delivering(send) ?? send),
  );
  const watch = new DeliveryWatch(settings, archive, delivery);
  const notifications = notificationsOf(settings, live, archive, environment);
  const drift = new DriftWatch(archive.scanHistory, modelSet);
  const silence = new SilenceWatch(settings, archive, () => live.current.callers);
  const queue = workitemQueue(
    archive,
    settings,
    () => live.current.destinations,
    () => {
      delivery.notify();
    },
  );
  const workersSeen = new WorkersSeen();
  const shadow = shadowOf(settings, modelSet, profiles, archive);
  const timed = traces.reading(metrics.timed(shadow.beside(queue)));
  const workers = workersOf(settings, modelSet.folder, profiles, timed, (event) => {
    logWorkerEvent(event);
    workersSeen.observe(event);
    keepNodeNews(settings.dataDir, nodeNews(workers.size, workersSeen));
  });
  const transfers = new Transfers();
  const assembler = new Assembler(
    traces.assembling(
      assemblyPorts(archive, {
        expectedFrames: (header) => expectedFrames(header, profiles()),
        surroundings: () => ({
          now: Date.now(),
          quietTime: settings.quietTime,
          isSending: (callingAeTitle) => transfers.isSending(callingAeTitle),
          wasReleased: (associationId) => transfers.wasReleased(associationId),
        }),
      }),
    ),
  );
  const assemble = async (): Promise<number> => {
    const made = await assembler.run();
    if (made > 0) workers.notify();
    return made;
  };

  await archive.housekeepingRequests.clear();
  await assemble();
  delivery.start();
  commitment.start();
  verification.notify();
  workers.start();
  keepNodeNews(settings.dataDir, nodeNews(workers.size, workersSeen));
  shadow.start();
  const housekeeping = housekeepingOf({
    settings,
    archive,
    live,
    assemble,
    tasks: {
      'golden scan': goldenScanTask(workers),
      outbox: () => watch.task(),
      notifications: () => notifications.task(),
      drift: () => drift.task(),
      'silent scanners': () => silence.task(),
    },
  });

  const assembleSoon = (): void => {
    assemble().catch((error: unknown) => {
      log('error', 'assembly failed; it is tried again', errorFields(error));
    });
  };
  const { credentials } = live.current;
  const { identity } = credentials;
  const observe = associationObserver(archive.associations);
  const observeRefusals = refusalObserver(archive.refusals);
  const sink = traces.receiving(metrics.counted(storeSink(archive, assembleSoon)));
  const listener = await startListener({
    bind: settings.bind,
    port: settings.dimsePort,
    aeTitle: settings.aeTitle,
    accepted: {
      sopClasses: SOP_CLASSES_ACCEPTED,
      transferSyntaxes: TRANSFER_SYNTAXES_ACCEPTED,
    },
    maxPduLength: settings.maxPduLength,
    maxAssociations: settings.maxAssociations,
    maxAssociationsPerCaller: settings.maxAssociationsPerCaller,
    furtherAeTitles: settings.calledAeTitles,
    timers: timersOf(settings),
    ...(identity && {
      tls: {
        port: settings.tlsPort,
        credentials,
        clientCertificate: settings.tlsClientCertificate,
      },
    }),
    admit: ({ callingAeTitle, peerAddress }) =>
      isAdmitted(live.current.callers, callingAeTitle, peerAddress)
        ? { admitted: true }
        : { admitted: false, reason: 'not in the table of callers' },
    store: sink,
    commitment: commitment.sink,
    onEvent(event) {
      observe(event);
      observeRefusals(event);
      metrics.observe(event);
      traces.observe(event);
      audit?.observe(event);
      if (transfers.observe(event)) assembleSoon();
    },
  });
  const readiness = (): readonly Readiness[] => [
    { name: 'dimse', ready: true, reason: `listening on port ${listener.port}` },
    workerReadiness(workers),
    ...certificateConditions(live),
  ];
  const validTo = () => live.current.credentials.identity?.validTo;
  const files = storedFiles(archive, profiles);
  const dicomweb = dicomwebOf({
    settings,
    archive,
    sink,
    transfers,
    files,
    onTransferEnded: assembleSoon,
    onRequest: (event) => {
      traces.observe(event);
    },
    onWork: () => {
      workers.notify();
    },
  });
  const http = await startHttp(settings, credentials, {
    open: [
      ...(audit ? [auditRouter(audit, archive, settings.auditPatients === 'on')] : []),
      healthRouter(readiness, degradations(settings, archive, validTo, [watch, silence, drift])),
    ],
    routers: [
      metrics.routes({ archive, workers, listener, validTo, silence, drift, audit, traces }),
      dicomweb.router,
      ...consoleRouters({
        settings,
        live,
        archive,
        files,
        listener,
        environment,
        modelSet,
        workers: { wanted: workers.size, seen: workersSeen },
        readiness,
        housekeeping,
        drift,
        silence,
        onRetry: () => {
          delivery.notify();
        },
      }),
    ],
  });
  audit?.start();
  announce(settings, listener, http);
  if (identity) logCertificate(identity.validTo);
  live.watch();

  return {
    dimsePort: listener.port,
    httpPort: http.port,
    ...(listener.tlsPort !== undefined && { tlsPort: listener.tlsPort }),
    reload() {
      live.reload();
    },
    async stop() {
      live.close();
      await housekeeping.stop();
      await Promise.all([listener.drain(), dicomweb.drain()]);
      await workers.stop();
      await shadow.stop();
      await delivery.stop();
      await commitment.stop();
      await verification.stop();
      await notifications.stop();
      await http.close();
      metrics.stop();
      await audit?.stop();
      await traces.stop();
      await archive.close();
    },
    async abortAssociations() {
      await Promise.all([listener.close(), http.close()]);
    },
  };
}

function certificateConditions(live: LiveSettings): readonly Readiness[] {
  const { identity } = live.current.credentials;
  return identity ? [certificateReadiness(identity.validTo)] : [];
}
