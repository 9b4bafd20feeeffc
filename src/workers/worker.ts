import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { readGoldenScan } from '../inference/golden-scan.js';
import { prepareNetworks, type PreparedNetworks } from '../inference/prepare.js';
import { errorFields } from '../operations/log.js';
import { silence } from '../operations/silence.js';
import { readAcquisition } from '../pipeline.js';
import { readingRoom } from './reading-room.js';
import { StageClock } from './stage-clock.js';
import type { ReadRequest, WorkerMessage, WorkerRequest, WorkerSettings } from './protocol.js';

/**
 * The worker process: loads the networks, then reads one acquisition after the other. It opens neither the ledger nor a
 * socket; what it made goes back to the gateway as bytes. A crash of the native runtime ends this process alone.
 */

/** Progress within a stage is told at most so often (ms): each one is a write to the ledger. */
const PROGRESS_INTERVAL = 500;
const HEARTBEAT_INTERVAL = 1000;

function tell(message: WorkerMessage): void {
  process.send?.(message);
}

/** The gateway comes first: for the processor, and when the kernel looks for a process to end for its memory. */
function yieldToGateway(): void {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // Not Linux, or not allowed: the limit on memory still holds.
  }
}

async function read(roomFor: ReturnType<typeof readingRoom>, request: ReadRequest): Promise<void> {
  const { workitemUid, acquisition, otherScans, order } = request;
  let told = 0;
  let last = '';
  const clock = new StageClock();
  try {
    const onProgress = (percent: number, stage: string) => {
      clock.mark(stage);
      if (stage === last && Date.now() - told < PROGRESS_INTERVAL) return;
      told = Date.now();
      last = stage;
      tell({ kind: 'progress', workitemUid, percent, stage });
    };
    const room = roomFor(request.profiles);
    const reading = await readAcquisition(acquisition, room, onProgress, otherScans, order);
    tell({ kind: 'read', workitemUid, ...reading, stages: clock.stages });
  } catch (error) {
    const { code = 'OCT_UNEXPECTED', reason = '' } = errorFields(error);
    tell({ kind: 'failed', workitemUid, code, reason });
  }
}

async function checkGoldenScan({ golden, networks }: PreparedNetworks): Promise<void> {
  const began = Date.now();
  let deviation: string | undefined;
  try {
    if (golden !== undefined) await readGoldenScan(golden, networks);
  } catch (error) {
    deviation = errorFields(error).reason ?? 'the golden scan could not be read';
  }
  tell({ kind: 'golden-scan', deviation, milliseconds: Date.now() - began });
}

silence();

// The gateway is gone: there is nobody to read for.
process.on('disconnect', () => process.exit());
try {
  yieldToGateway();
  setInterval(() => {
    tell({ kind: 'alive', residentBytes: process.memoryUsage.rss() });
  }, HEARTBEAT_INTERVAL).unref();
  const settings = JSON.parse(process.argv[2] ?? '{}') as WorkerSettings;
  const prepared = await prepareNetworks(settings);
  const roomFor = readingRoom(settings, prepared);
  const { modelSet, networks, bscansPerSecond } = prepared;
  process.on('message', (request: WorkerRequest) => {
    void (request.kind === 'read' ? read(roomFor, request) : checkGoldenScan(prepared));
  });
  tell({
    kind: 'ready',
    executionProvider: networks.executionProvider,
    modelSet: `${modelSet.name} ${modelSet.version}`,
    passedOver: networks.passedOver,
    dropped: networks.dropped.map(({ file, reason }) => `${file}: ${reason}`),
    bscansPerSecond,
  });
} catch (error) {
  const { code = 'OCT_UNEXPECTED', reason = '' } = errorFields(error);
  tell({ kind: 'unfit', code, reason });
  process.exitCode = 1;
  process.disconnect();
}
