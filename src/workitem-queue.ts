import type { Archive } from './archive/archive.js';
import { objectsFor, type Destination } from './config/destination.js';
import type { Settings } from './config/settings-manifest.js';
import { log } from './operations/log.js';
import { bestScan } from './referral/best-scan.js';
import type { ScanReading } from './values/scan-reading.js';
import type { WorkitemQueue } from './worker-pool.js';

/** Another attempt would end the same way: the workitem is held at once for someone to look at. */
const NOT_RETRIED: ReadonlySet<string> = new Set(['OCT_RESULT_DEFECT', 'OCT_SOURCE_UNREADABLE']);

/** The ledger's workitems as the workers' queue: what a worker made goes on record and into the outbox at once. */
export function workitemQueue(
  archive: Archive,
  settings: Settings,
  destinations: () => readonly Pick<Destination, 'name' | 'objects'>[],
  onResults: () => void,
): WorkitemQueue {
  const { workitems, results } = archive;
  const leaseMs = settings.leaseDuration;
  return {
    async claim(owner) {
      const item = await workitems.claim({ owner, leaseMs });
      if (item === undefined) return undefined;
      const kinds = [...new Set(destinations().flatMap(objectsFor))];
      return { ...item, order: { kinds, predecessors: await results.predecessors(item) } };
    },

    progress: (item, percent, stage) =>
      workitems.heartbeat(item, leaseMs, { percent, description: stage }),

    async complete(item, { decision, profile, executionProvider, scan, results: made }) {
      const admitted = [];
      for (const result of made) admitted.push(await results.admit(result));
      const kindsOf = new Map(destinations().map((one) => [one.name, objectsFor(one)]));
      await workitems.complete(item, {
        results: admitted,
        destinations: [...kindsOf.keys()],
        takes: (destination, kind) => kindsOf.get(destination)?.includes(kind) === true,
        reading: { scan, choose: bestScan },
      });
      log('info', 'scan read', {
        workitemUid: item.workitemUid,
        studyInstanceUid: item.acquisition.studyInstanceUid,
        decision: decision.kind === 'assessed' ? decision.referral : 'not-assessed',
        ...(decision.kind === 'not-assessed' && {
          reason: decision.reasons.map(({ name }) => name).join(', '),
        }),
        ...(profile !== undefined && { profile }),
        ...(executionProvider !== undefined && { executionProvider }),
      });
      await logChoice(archive, item.acquisition.studyInstanceUid, scan);
      onResults();
    },

    async fail(item, code, reason) {
      const then = await workitems.fail(item, `${reason} [${code}]`, {
        hold: NOT_RETRIED.has(code),
      });
      log(then === 'held' ? 'error' : 'warn', `attempt failed`, {
        workitemUid: item.workitemUid,
        studyInstanceUid: item.acquisition.studyInstanceUid,
        attempts: item.attempt,
        status: then,
        ...{ code, reason },
      });
    },
  };
}

/** Says which scan stands for an eye that was scanned more than once. */
async function logChoice(
  { readings }: Archive,
  studyInstanceUid: string,
  { laterality }: ScanReading,
): Promise<void> {
  if (laterality === undefined) return;
  const ofEye = (await readings.ofStudy(studyInstanceUid)).filter(
    (reading) => reading.laterality === laterality,
  );
  if (ofEye.length < 2) return;
  const choice = await readings.choiceOf(studyInstanceUid, laterality);
  if (choice === undefined) return;
  const { acquisitionId, because } = choice;
  log('info', 'scan chosen for its eye', { studyInstanceUid, acquisitionId, reason: because });
}
