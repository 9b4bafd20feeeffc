import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { send } from './load.js';
import { makeObject, type BenchObject, type ObjectId } from './objects.js';
import { cpuSeconds } from './process-statistics.js';
import { isThere, mostAssociations, Receiver, type ReceiverId } from './receivers.js';
import { rotated, spread, type Spread } from './statistics.js';

/** One line of the matrix: what is sent how, and to whom. */
export interface Cell {
  readonly object: ObjectId;
  readonly associations: number;
  readonly pduLength: number;
  /** A folder on the medium that is meant. */
  readonly medium: Medium;
  readonly receivers: readonly ReceiverId[];
}

export interface Medium {
  readonly name: 'tmpfs' | 'disk';
  readonly folder: string;
}

export interface CellResult {
  readonly cell: Cell;
  readonly objects: number;
  /** Objects a second, MB (10^6) a second and seconds of CPU for 10^9 bytes; a run of every receiver each round. */
  readonly rates: ReadonlyMap<ReceiverId, readonly number[]>;
  readonly megabytes: ReadonlyMap<ReceiverId, Spread>;
  readonly cpuPerGigabyte: ReadonlyMap<ReceiverId, Spread>;
  /** Who failed, and how. */
  readonly failures: ReadonlyMap<ReceiverId, string>;
}

const made = new Map<ObjectId, BenchObject>();
export function objectOf(id: ObjectId): BenchObject {
  const object = made.get(id) ?? makeObject(id);
  made.set(id, object);
  return object;
}

/** About as many bytes in each run; small objects in whole series. */
const OBJECTS_A_RUN: Partial<Record<ObjectId, number>> = {
  '58 MB': 4,
  '12 MB': 16,
  '0.45 MB': 384,
};

/** Starts every receiver of the cell, warms each up, and lets them take turns for `rounds` rounds. */
export async function measure(cell: Cell, rounds: number): Promise<CellResult> {
  const object = objectOf(cell.object);
  const each = Math.max(1, Math.ceil((OBJECTS_A_RUN[cell.object] ?? 1) / cell.associations));
  const objects = each * cell.associations;
  const folder = mkdtempSync(join(cell.medium.folder, 'octriage-bench-'));
  const running = new Map<ReceiverId, Receiver>();
  const failures = new Map<ReceiverId, string>();
  const seconds = new Map<ReceiverId, number[]>();
  const cpu = new Map<ReceiverId, number[]>();
  const { associations, pduLength } = cell;
  const once = async (id: ReceiverId, receiver: Receiver, objectsEach: number) => {
    const load = { port: receiver.port, object, associations, objectsEach, pduLength };
    const before = cpuSeconds(receiver.pid);
    const took = await send(load);
    // The CPU time of a child that storescp forked is on record only when it has ended.
    if (associations > 1) await new Promise((resolve) => setTimeout(resolve, 50));
    const used = cpuSeconds(receiver.pid) - before;
    receiver.clear();
    return { took, used };
  };
  try {
    for (const id of cell.receivers.filter((one) => suits(one, associations))) {
      running.set(id, await Receiver.start(id, folder, { pduLength, associations }));
      seconds.set(id, []);
      cpu.set(id, []);
    }
    for (let round = -1; round < rounds; round += 1) {
      for (const [id, receiver] of rotated([...running], Math.max(0, round))) {
        if (failures.has(id)) continue;
        try {
          const { took, used } = await once(id, receiver, each);
          if (round < 0) continue; // warms up: the peers' caches, Node's compiler
          seconds.get(id)?.push(took);
          cpu.get(id)?.push(used);
        } catch (error) {
          failures.set(id, error instanceof Error ? error.message : String(error));
        }
      }
    }
  } finally {
    for (const receiver of running.values()) await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const whole = [...seconds].filter(([id]) => !failures.has(id));
  const bytes = objects * object.byteLength;
  return {
    cell,
    objects,
    failures,
    rates: new Map(whole.map(([id, runs]) => [id, runs.map((took) => objects / took)])),
    megabytes: new Map(
      whole.map(([id, runs]) => [id, spread(runs.map((took) => bytes / took / 1e6))]),
    ),
    cpuPerGigabyte: new Map(
      whole.map(([id]) => [id, spread((cpu.get(id) ?? []).map((used) => used / (bytes / 1e9)))]),
    ),
  };
}

/** Ratios of the rates within each round: `ours` over `theirs`. */
export function pairedRatio(
  { rates }: CellResult,
  ours: ReceiverId,
  theirs: ReceiverId,
): Spread | undefined {
  const [mine, others] = [rates.get(ours), rates.get(theirs)];
  if (mine === undefined || others === undefined) return undefined;
  return spread(mine.map((rate, round) => rate / others[round]!));
}

function suits(id: ReceiverId, associations: number): boolean {
  return associations <= mostAssociations(id) && isThere(id);
}
