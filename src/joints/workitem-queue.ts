import type { Archive } from '../archive/archive.js';
import type { WorkitemOutcome } from '../archive/workitem-outcome.js';
import { objectsMadeFor, type Destination } from '../config/destination.js';
import type { Settings } from '../config/settings-manifest.js';
import { needsAttributes, routesOf } from '../delivery/routing.js';
import { readPart10Header } from '../dicom/part10.js';
import { errorFields, log } from '../operations/log.js';
import type { Reading } from '../pipeline.js';
import { bestScan } from '../referral/best-scan.js';
import { routingAttributes } from '../routing-facts.js';
import type { Acquisition } from '../values/acquisition.js';
import type { ReferralDecision } from '../values/referral-decision.js';
import type { ScanReading } from '../values/scan-reading.js';
import type { WorkitemQueue } from '../workers/pool.js';

/** Another attempt would end the same way: the workitem is held at once for someone to look at. */
const NOT_RETRIED: ReadonlySet<string> = new Set(['OCT_RESULT_DEFECT', 'OCT_SOURCE_UNREADABLE']);

/** The ledger's workitems as the workers' queue: what a worker made goes on record and into the outbox at once. */
export function workitemQueue(
  archive: Archive,
  settings: Settings,
  destinations: () => readonly Destination[],
  onResults: () => void,
): WorkitemQueue {
  const { workitems, results } = archive;
  const leaseMs = settings.leaseDuration;
  return {
    async claim(owner) {
      const item = await workitems.claim({ owner, leaseMs });
      if (item === undefined) return undefined;
      const kinds = [...new Set(destinations().flatMap(objectsMadeFor))];
      return { ...item, order: { kinds, predecessors: await results.predecessors(item) } };
    },

    progress: (item, percent, stage) =>
      workitems.heartbeat(item, leaseMs, { percent, description: stage }),

    async complete(item, read) {
      const { decision, profile, executionProvider, scan } = read;
      const outcome = await outcomeOf(item.acquisition, read, destinations(), results);
      await workitems.complete(item, outcome);
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
        code,
        reason,
      });
    },
  };
}

/** What goes on record of a reading, and into the outbox; the files of its results are durable then. */
export async function outcomeOf(
  acquisition: Acquisition,
  { decision, profile, scan, results: made }: Omit<Reading, 'executionProvider'>,
  destinations: readonly Destination[],
  results: Pick<Archive['results'], 'admit'>,
): Promise<WorkitemOutcome> {
  const admitted = [];
  for (const result of made) admitted.push(await results.admit(result));
  return {
    results: admitted,
    urgent: decision.kind === 'assessed' && decision.referral === 'urgent',
    ...(await routed(acquisition, decision, profile, destinations)),
    reading: { scan, choose: bestScan },
  };
}

/** Where the results of a scan go, as `Workitems.complete` takes it. */
export async function routed(
  { instances: [first] }: Pick<Acquisition, 'instances'>,
  decision: ReferralDecision,
  profile: string | undefined,
  destinations: readonly Destination[],
): Promise<Pick<WorkitemOutcome, 'destinations' | 'takes'>> {
  const attributes =
    first !== undefined && needsAttributes(destinations) ? await attributesOf(first.path) : {};
  const facts = {
    callingAeTitle: first?.callingAeTitle ?? '',
    device: profile ?? null,
    decision: decision.kind === 'assessed' ? decision.referral : decision.kind,
    attributes,
  };
  const kindsOf = new Map(
    routesOf(facts, destinations)
      .filter(({ goes }) => goes === 'yes')
      .map(({ destination, kinds }) => [destination, kinds]),
  );
  return {
    destinations: [...kindsOf.keys()],
    takes: (destination, kind) => kindsOf.get(destination)?.includes(kind) === true,
  };
}

async function attributesOf(path: string) {
  try {
    return routingAttributes((await readPart10Header(path)).dataSet);
  } catch (error) {
    // A scan that cannot be read is reported as 'not assessed'; the report goes where no attribute is asked for.
    log(
      'warn',
      'no attribute of the scan can be read for the rules of routing',
      errorFields(error),
    );
    return {};
  }
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
