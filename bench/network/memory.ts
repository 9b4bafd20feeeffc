import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { objectOf, type Medium } from './cell.js';
import { send } from './load.js';
import type { ObjectId } from './objects.js';
import { residentMegabytes, resetPeak } from './process-statistics.js';
import { Receiver } from './receivers.js';

const PDU_LENGTH = 128 * 1024;

/** What one process took while it worked. */
export interface Growth {
  readonly idle: number;
  /** MB (10^6 bytes) above idle, at most. */
  readonly growth: number;
  /** Delay of the event loop, ms. */
  readonly p99: number;
  readonly longest: number;
  readonly megabytesPerSecond: number;
}

/** Receives durably, after a first object has warmed the process up; the peak of its resident memory above idle. */
export async function growthOfReceiver(
  id: ObjectId,
  associations: number,
  medium: Medium,
): Promise<Growth> {
  const folder = mkdtempSync(join(medium.folder, 'octriage-bench-'));
  const object = objectOf(id);
  const options = { pduLength: PDU_LENGTH, associations };
  const receiver = await Receiver.start('durable', folder, options);
  try {
    const load = { port: receiver.port, ...options, objectsEach: 1 };
    await send({ ...load, object: objectOf('0.45 MB'), associations: 1 });
    receiver.clear();
    const idle = residentMegabytes(receiver.pid).now;
    resetPeak(receiver.pid);
    await receiver.eventLoopDelay(true);
    const seconds = await send({ ...load, object });
    const delay = await receiver.eventLoopDelay();
    return {
      idle,
      growth: residentMegabytes(receiver.pid).peak - idle,
      ...delay,
      megabytesPerSecond: (associations * object.byteLength) / seconds / 1e6,
    };
  } finally {
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
