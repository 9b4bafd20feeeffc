/**
 * `npm run bench -- send`: this node's sender beside storescu and dcmsend, in turn, into the same `storescp +B`; then
 * its memory with a 2 GiB object. Writes a section of docs/reference/benchmarks.md.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { objectOf, type Medium } from './network/cell.js';
import { writeFiles } from './network/files.js';
import type { ObjectId } from './network/objects.js';
import { benchOptions } from './network/options.js';
import { residentMegabytes, resetPeak } from './network/process-statistics.js';
import { Receiver } from './network/receivers.js';
import { conditions, say, table, writeSection } from './network/report.js';
import { dcmtkSend, OwnSender, type DcmtkSender } from './network/senders.js';
import { rotated, shown, spread } from './network/statistics.js';

const SENDERS = ['this node', 'storescu', 'dcmsend'] as const;
const LONG_PDU = 128 * 1024;
/** Issue 3: not slower than either. */
const LEAST = 1;

const options = benchOptions(process.argv.slice(3));
const loadBefore = loadavg()[0]!;
const bars: string[][] = [];
const figures: string[][] = [];

/** Calls `work` with files and a receiver in a folder of their own. */
async function withReceiver(
  { folder: parent }: Medium,
  { object, count, pduLength }: { object: ObjectId; count: number; pduLength: number },
  work: (receiver: Receiver, files: ReturnType<typeof writeFiles>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(parent, 'octriage-bench-'));
  try {
    const sent = join(folder, 'sent');
    mkdirSync(sent);
    const files = writeFiles(sent, objectOf(object), count);
    const receiver = await Receiver.start('storescpB', folder, { pduLength, associations: 1 });
    try {
      await work(receiver, files);
    } finally {
      await receiver.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(medium: Medium, object: ObjectId, count: number, pduLength: number) {
  const name = `${String(count)} × ${object}, PDU ${String(pduLength / 1024)} KiB, ${medium.name}`;
  if (!name.includes(options.only)) return;
  const own = new OwnSender();
  const seconds: Record<(typeof SENDERS)[number], number[]> = {
    'this node': [],
    storescu: [],
    dcmsend: [],
  };
  await withReceiver(medium, { object, count, pduLength }, async (receiver, files) => {
    for (let round = -1; round < options.runs; round += 1) {
      for (const sender of rotated(SENDERS, Math.max(0, round))) {
        const took =
          sender === 'this node'
            ? (await own.send(receiver.port, files)).seconds
            : await dcmtkSend(sender, receiver.port, files);
        receiver.clear();
        if (round >= 0) seconds[sender].push(took);
      }
    }
  }).finally(() => own.stop());
  const bytes = count * objectOf(object).byteLength;
  for (const sender of SENDERS) {
    const rate = shown(spread(seconds[sender].map((took) => bytes / took / 1e6)), 0);
    figures.push([name, sender, rate]);
    say(`${name}: ${sender} ${rate} MB/s`);
  }
  for (const theirs of ['storescu', 'dcmsend'] satisfies DcmtkSender[]) {
    const ratio = spread(seconds[theirs].map((took, i) => took / seconds['this node'][i]!));
    bars.push([name, theirs, shown(ratio), String(LEAST), ratio.median >= LEAST ? 'yes' : 'no']);
  }
}

const media = options.quick ? options.media.slice(0, 1) : options.media;
for (const medium of media)
  for (const [object, count] of [
    ['58 MB', 8],
    ['12 MB', 16],
    ['0.45 MB', 128],
  ] as const)
    for (const pduLength of options.quick ? [LONG_PDU] : [LONG_PDU, 16 * 1024])
      await compare(medium, object, count, pduLength);

let large = 'Not measured in this run.';
const [medium] = options.media;
if (medium !== undefined && 'memory 2 GiB'.includes(options.only)) {
  const own = new OwnSender();
  await withReceiver(
    medium,
    { object: '2 GiB', count: 1, pduLength: LONG_PDU },
    async (receiver, files) => {
      const small = writeFiles(medium.folder, objectOf('0.45 MB'), 1);
      await own.send(receiver.port, small);
      for (const { path } of small) rmSync(path);
      const idle = residentMegabytes(own.pid).now;
      resetPeak(own.pid);
      const run = await own.send(receiver.port, files, true);
      const growth = residentMegabytes(own.pid).peak - idle;
      large = `2 GiB of 8,192 frames: ${growth.toFixed(0)} MB above idle (allowed: 67), event loop p99 ${run.p99.toFixed(1)} ms, longest ${run.longest.toFixed(0)} ms, ${(objectOf('2 GiB').byteLength / run.seconds / 1e6).toFixed(0)} MB/s.`;
      say(large);
    },
  ).finally(() => own.stop());
}

const content = [
  '## Sending',
  conditions(options.runs, loadBefore),
  'Into `storescp +B`, one association, files in the cache. dcmtk is timed from start to end of its process, this node\nfrom the call to the last outcome in a process that runs on, as each is used.',
  table(['objects', 'ratio to', 'this node / it', 'at least', 'met'], bars),
  table(['objects', 'sender', 'MB/s'], figures),
  large,
];
writeSection('sending', content.join('\n\n'));
