import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Replays, ReplayScan } from '../archive/replays.js';
import { objectsMadeFor, type Destination } from '../config/destination.js';
import type { Settings } from '../config/settings-manifest.js';
import { deviceProfiles } from '../device-profiles.js';
import { prepareNetworks } from '../inference/prepare.js';
import { closeNetworks } from '../inference/sessions.js';
import { errorFields } from '../operations/log.js';
import { installationUid } from '../operations/installation.js';
import { readAcquisition, type Reading, type ReadingRoom } from '../pipeline.js';
import { readingRoom } from '../workers/reading-room.js';
import type { Acquisition } from '../values/acquisition.js';
import type { ResultKind } from '../values/result-kinds.js';
import { inferenceSettings } from '../joints/workers.js';
import { outcomeOf, routed } from '../joints/workitem-queue.js';

/** What became of one scan that was read again. UIDs and decisions, nothing of the patient. */
export interface ReplayedScan {
  readonly scan: string;
  readonly studyInstanceUid?: string;
  readonly revision?: number;
  /** Class or reasons, as the ledger has them; absent: it had not been read. */
  readonly before?: string | undefined;
  readonly after?: string;
  readonly objects?: readonly { readonly kind: ResultKind; readonly sopInstanceUid: string }[];
  /** The destinations that the new result is queued for, or in a dry run would be. */
  readonly destinations?: readonly string[];
  /** Absent: it went well. */
  readonly failure?: string;
}

/** Where the results go: into a folder and nowhere else, or on record and into the outbox. */
export type ReplayWay =
  { readonly folder: string } | { readonly deliver: true; readonly reason: string };

/**
 * Reads stored scans again on the way that a worker takes, with the networks of `modelsFolder`. One that fails does not
 * keep the others. A dry run and a delivery of the same scan make the same bytes.
 */
export async function replayScans(
  replays: Replays,
  ids: readonly string[],
  settings: Settings,
  modelsFolder: string,
  way: ReplayWay,
  onScan: (scan: ReplayedScan, done: number) => void = () => undefined,
): Promise<{ readonly modelSet: string; readonly scans: readonly ReplayedScan[] }> {
  const prepared = await prepareNetworks(inferenceSettings(settings, modelsFolder));
  const { name, version, digest } = prepared.modelSet;
  const modelSet = `${name} ${version}, sha256:${digest.slice(0, 12)}`;
  try {
    const { operatingPoint } = settings;
    const has = prepared.modelSet.operatingPoints.has(operatingPoint);
    const room = readingRoom(
      {
        // Another set may have no point of that name: then by its own choice, as in shadow.
        operatingPoint: has ? operatingPoint : '',
        aeTitle: settings.aeTitle,
        deviceUid: installationUid(settings.dataDir),
      },
      prepared,
    )(deviceProfiles(settings));
    const scans: ReplayedScan[] = [];
    for (const id of ids) {
      const replayed = await replayScan(replays, id, room, settings, modelSet, way).catch(
        (error: unknown): ReplayedScan => {
          const { code = 'OCT_UNEXPECTED', reason = '' } = errorFields(error);
          return { scan: id, failure: `${reason} [${code}]` };
        },
      );
      scans.push(replayed);
      onScan(replayed, scans.length);
    }
    return { modelSet, scans };
  } finally {
    await closeNetworks(prepared.networks);
  }
}

async function replayScan(
  replays: Replays,
  id: string,
  room: ReadingRoom,
  settings: Settings,
  modelSet: string,
  way: ReplayWay,
): Promise<ReplayedScan> {
  const { destinations } = settings;
  const scan = await replays.scan(id);
  const { acquisition, before, otherScans, predecessors } = scan;
  const kinds = [...new Set(destinations.flatMap(objectsMadeFor))];
  const order = { kinds, predecessors };
  const reading = await readAcquisition(acquisition, room, () => undefined, otherScans, order);
  const goesTo =
    'folder' in way
      ? await dryRun(join(way.folder, id), acquisition, reading, destinations)
      : await deliver(replays, scan, reading, destinations, { reason: way.reason, modelSet });
  return {
    scan: id,
    studyInstanceUid: acquisition.studyInstanceUid,
    revision: acquisition.revision,
    before,
    after: reading.scan.decision,
    objects: reading.results.map(({ kind, sopInstanceUid }) => ({ kind, sopInstanceUid })),
    destinations: goesTo,
  };
}

async function deliver(
  replays: Replays,
  scan: ReplayScan,
  reading: Reading,
  destinations: readonly Destination[],
  note: Parameters<Replays['record']>[2],
): Promise<readonly string[]> {
  const outcome = await outcomeOf(scan.acquisition, reading, destinations, replays.results);
  await replays.record(scan, outcome, note);
  return outcome.destinations;
}

async function dryRun(
  folder: string,
  acquisition: Acquisition,
  { decision, profile, results }: Reading,
  destinations: readonly Destination[],
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  for (const { kind, bytes } of results) await writeFile(join(folder, `${kind}.dcm`), bytes);
  return (await routed(acquisition, decision, profile, destinations)).destinations;
}
