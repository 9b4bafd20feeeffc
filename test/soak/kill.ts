import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodePart10, readPart10 } from '../../src/dicom/part10.js';
import { Requestor } from '../../src/dimse/requestor.js';
import { StoreScu } from '../../src/dimse/services/store-scu.js';
import type { OutgoingInstance } from '../../src/dimse/sender.js';
import { Random } from '../../fixtures/phantom/random.js';
import { openTestArchive, optDataSet } from '../archive/objects.js';
import { astray } from './duplicates.js';

const RECEIVER = fileURLToPath(new URL('receiver.mjs', import.meta.url));
const LANES = 4;

export interface KillReport {
  readonly kills: number;
  readonly transfers: number;
  readonly acknowledged: number;
  /** Sends that a kill cut off: not acknowledged, sent again to the next life. */
  readonly interrupted: number;
  /** UIDs that were acknowledged and are not there whole: must be empty. */
  readonly lost: readonly string[];
  /** Files of the archive without a row, rows without a file, and files left in `incoming`: must be empty. */
  readonly astray: readonly string[];
  readonly seconds: number;
}

/**
 * R1: transfers of `objects` objects over four associations to a node that is killed `kills` times, each time at a
 * random moment of a transfer, and started again. The sender, as a scanner does, sends again what was not acknowledged.
 */
export async function killTransfers(
  folder: string,
  kills: number,
  objects: number,
  seed: number,
): Promise<KillReport> {
  const random = new Random(seed, 'kill');
  const dataDir = join(folder, 'data');
  const acknowledged = new Map<string, string>();
  const started = performance.now();
  let [done, transfers, interrupted, perObject] = [0, 0, 0, 5];
  let waiting: Outgoing[] = [];
  while (done < kills) {
    const { child, port } = await startReceiver(dataDir);
    if (waiting.length === 0) {
      waiting = makeObjects(folder, transfers, objects);
      transfers += 1;
    }
    // Somewhere in what is left of this transfer, or a little way into it: early kills make many lives of one transfer.
    const longest = Math.min(waiting.length, 60) * perObject;
    const timer = setTimeout(() => child.kill('SIGKILL'), random.uniform(0, longest));
    const begun = performance.now();
    const count = acknowledged.size;
    const queue = [...waiting];
    interrupted += await sendAll(port, queue, acknowledged);
    waiting = waiting.filter(({ instance }) => !acknowledged.has(instance.sopInstanceUid));
    const sent = acknowledged.size - count;
    if (sent > 0) perObject = (performance.now() - begun) / sent;
    clearTimeout(timer);
    // A transfer that was through before its moment came is no kill in a transfer: it does not count.
    if (waiting.length > 0) done += 1;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  const seconds = (performance.now() - started) / 1000;
  const found = await inspect(dataDir, acknowledged);
  return { kills, transfers, acknowledged: acknowledged.size, interrupted, ...found, seconds };
}

interface Outgoing {
  readonly instance: OutgoingInstance;
  readonly digest: string;
}

async function startReceiver(dataDir: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [RECEIVER, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => {
      throw new Error('the receiver did not start');
    }),
  ])) as [Buffer];
  return { child, port: Number(line.toString()) };
}

function makeObjects(folder: string, transfer: number, objects: number): Outgoing[] {
  const into = join(folder, `sent-${transfer}`);
  mkdirSync(into);
  return Array.from({ length: objects }, (_, index) => {
    const pixels = Buffer.alloc(512 * 64, index);
    const changes = { Rows: 64, Columns: 512, NumberOfFrames: 1, PixelData: pixels };
    const dataSet = optDataSet(`transfer ${transfer} object ${index}`, 0, changes);
    const bytes = encodePart10(dataSet);
    const { dataSetOffset, transferSyntaxUid } = readPart10(bytes);
    const path = join(into, `${index}.dcm`);
    writeFileSync(path, bytes);
    return {
      digest: sha256(bytes.subarray(dataSetOffset)),
      instance: {
        path,
        dataSetOffset,
        transferSyntaxUid,
        sopClassUid: dataSet.text('SOPClassUID') ?? '',
        sopInstanceUid: dataSet.text('SOPInstanceUID') ?? '',
      },
    };
  });
}

/** Empties the queue or stops at the node's death; the number of sends that were cut off. */
async function sendAll(
  port: number,
  queue: Outgoing[],
  acknowledged: Map<string, string>,
): Promise<number> {
  const peer = { host: '127.0.0.1', port, calledAeTitle: 'OCT', callingAeTitle: 'SCANNER' };
  const lane = async (): Promise<number> => {
    const [first] = queue;
    if (!first) return 0;
    try {
      const association = await Requestor.open(peer, [first.instance]);
      const store = new StoreScu(association);
      const context = association.acceptedContext(first.instance)?.id ?? 0;
      for (let next = queue.shift(); next; next = queue.shift()) {
        const { status } = await store.send(context, next.instance);
        if (status !== 0) throw new RangeError(`answered ${status ?? 'nothing'}`);
        acknowledged.set(next.instance.sopInstanceUid, next.digest);
      }
      await association.release();
      return 0;
    } catch (error) {
      if (error instanceof RangeError) throw error;
      return 1;
    }
  };
  const cut = await Promise.all(Array.from({ length: LANES }, lane));
  return cut.reduce((sum, one) => sum + one, 0);
}

async function inspect(
  dataDir: string,
  acknowledged: ReadonlyMap<string, string>,
): Promise<{ lost: string[]; astray: string[] }> {
  const archive = openTestArchive(dataDir);
  try {
    const lost = [...(await archive.recover()).missing];
    for (const [uid, digest] of acknowledged) {
      const instance = await archive.instances.find(uid);
      const file = instance ? readFileSync(instance.path) : Buffer.alloc(0);
      const kept = instance && sha256(file.subarray(readPart10(file).dataSetOffset));
      if (kept !== digest || instance?.digest !== digest) lost.push(uid);
    }
    return { lost, astray: await astray(archive) };
  } finally {
    await archive.close();
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
