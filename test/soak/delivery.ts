import Database from 'better-sqlite3';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Random } from '../../fixtures/phantom/random.js';
import { deterministicUid } from '../../src/dicom/uid.js';
import { SOP_CLASSES_ACCEPTED, TRANSFER_SYNTAXES_ACCEPTED } from '../../src/dicom/uids.js';
import { startListener, type Listener } from '../../src/dimse/listener.js';
import { readPart10 } from '../../src/dicom/part10.js';
import { openTestArchive, resultObject, scheduleScan } from '../archive/objects.js';

const DELIVERER = fileURLToPath(new URL('deliverer.mjs', import.meta.url));
/** Longest time that the destination takes for an object, in ms: a kill must fall before, within and after it. */
const LONGEST_STORE = 6;

export interface DeliveryReport {
  readonly kills: number;
  readonly results: number;
  /** Objects that the destination holds: each of them once. */
  readonly held: number;
  /** Objects that came again, since a kill came before their response: the destination took them for what they are. */
  readonly repeated: number;
  /** Results that did not arrive: must be empty, like those that follow. */
  readonly lost: readonly string[];
  /** Arrived with other bytes than those on record. */
  readonly different: readonly string[];
  /** Came again although they were on record as delivered. */
  readonly sentForNothing: readonly string[];
  /** Not on record as delivered at the end. */
  readonly open: readonly string[];
  readonly seconds: number;
}

/**
 * Delivers `results` results to an idempotent destination over two associations while the sending process is killed
 * `kills` times with SIGKILL, each time at a random moment of its delivery, and started again.
 */
export async function killDelivery(
  folder: string,
  kills: number,
  results: number,
  seed: number,
): Promise<DeliveryReport> {
  const random = new Random(seed, 'delivery');
  const dataDir = join(folder, 'data');
  const digests = await makeResults(dataDir, results);
  const destination = await startDestination(random);
  const started = performance.now();
  let done = 0;
  let perObject = LONGEST_STORE;
  try {
    for (let ended = false; !ended;) {
      destination.recorded = delivered(dataDir);
      const left = results - destination.recorded.size;
      const child = startDeliverer(dataDir, destination.port);
      const exit = once(child, 'exit');
      const died = exit.then(() => {
        throw new Error('the deliverer did not start');
      });
      await Promise.race([once(child.stdout!, 'data'), died]);
      died.catch(() => undefined);
      const [begun, before] = [performance.now(), destination.held.size];
      // What is left is shared out, so that the last kill still finds something to deliver.
      const longest = (1.2 * perObject * left) / (kills - done + 1);
      const more = done < kills;
      if (more) await Promise.race([sleep(random.uniform(0, longest)), exit]);
      else await exit;
      const arrived = destination.held.size - before;
      if (arrived > 5) perObject = (performance.now() - begun) / arrived;
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await exit;
        done += 1;
      } else ended = true;
    }
  } finally {
    await destination.close();
  }
  const { held, repeated, sentForNothing } = destination;
  const onRecord = delivered(dataDir);
  const uids = [...digests.keys()];
  return {
    kills: done,
    results,
    held: held.size,
    repeated,
    lost: uids.filter((uid) => !held.has(uid)),
    different: uids.filter((uid) => held.has(uid) && held.get(uid) !== digests.get(uid)),
    sentForNothing,
    open: uids.filter((uid) => !onRecord.has(uid)),
    seconds: (performance.now() - started) / 1000,
  };
}

/** Results of scans in studies of their own, two of each, queued; the digest of each data set by SOP Instance UID. */
async function makeResults(dataDir: string, count: number): Promise<ReadonlyMap<string, string>> {
  const archive = openTestArchive(dataDir);
  const digests = new Map<string, string>();
  for (let scan = 0; scan < count / 2; scan += 1) {
    const name = `delivery ${scan}`;
    await scheduleScan(archive, name, { StudyInstanceUID: deterministicUid('study', name) });
    const claim = (await archive.workitems.claim({ owner: 'test', leaseMs: 10_000 }))!;
    const results = [];
    for (const kind of ['segmentation', 'report'] as const) {
      const object = resultObject(`${name} ${kind}`, kind);
      const dataSet = object.bytes.subarray(readPart10(object.bytes).dataSetOffset);
      digests.set(object.sopInstanceUid, sha256(dataSet));
      results.push(await archive.results.admit(object));
    }
    await archive.workitems.complete(claim, { results, destinations: ['PACS'] });
  }
  await archive.close();
  return digests;
}

/** A PACS that stores what it has not, and says Success to what it has (PS3.4 B.2.3). */
async function startDestination(random: Random) {
  const held = new Map<string, string>();
  const state = { repeated: 0, recorded: new Set<string>(), sentForNothing: [] as string[], held };
  const listener: Listener = await startListener({
    bind: '127.0.0.1',
    port: 0,
    aeTitle: 'PACS',
    accepted: { sopClasses: SOP_CLASSES_ACCEPTED, transferSyntaxes: TRANSFER_SYNTAXES_ACCEPTED },
    maxPduLength: 131_072,
    maxAssociations: 16,
    admit: () => ({ admitted: true }),
    store: {
      begin({ sopInstanceUid }) {
        const hash = createHash('sha256');
        return Promise.resolve({
          write(chunks: readonly Uint8Array[]) {
            for (const chunk of chunks) hash.update(chunk);
            return Promise.resolve();
          },
          abandon: () => Promise.resolve(),
          async finish() {
            await sleep(random.uniform(0, LONGEST_STORE / 2));
            if (state.recorded.has(sopInstanceUid)) state.sentForNothing.push(sopInstanceUid);
            if (held.has(sopInstanceUid)) state.repeated += 1;
            held.set(sopInstanceUid, hash.digest('hex'));
            await sleep(random.uniform(0, LONGEST_STORE / 2));
            return { status: 0 };
          },
        });
      },
    },
    onEvent: () => undefined,
  });
  return Object.assign(state, { port: listener.port, close: () => listener.close() });
}

function startDeliverer(dataDir: string, port: number): ChildProcess {
  return spawn(process.execPath, [DELIVERER, dataDir, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** What is on record as delivered, read while nobody writes. */
function delivered(dataDir: string): Set<string> {
  const database = new Database(join(dataDir, 'ledger.sqlite'), { readonly: true });
  try {
    const query = "SELECT result_sop_instance_uid FROM delivery WHERE state = 'delivered'";
    return new Set(database.prepare(query).pluck().all() as string[]);
  } finally {
    database.close();
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
