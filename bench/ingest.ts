/**
 * `npm run bench -- ingest`: this node's listener and archive beside storescp, Orthanc, dcmjs-dimse and pynetdicom,
 * receiving the same objects in turn; then its memory. Writes a section of docs/reference/benchmarks.md.
 */
import { loadavg } from 'node:os';
import { measure, pairedRatio, type Cell, type CellResult } from './network/cell.js';
import { growthOfReceiver } from './network/memory.js';
import { benchOptions } from './network/options.js';
import { RECEIVERS, type ReceiverId } from './network/receivers.js';
import { conditions, say, table, writeSection } from './network/report.js';
import { shown } from './network/statistics.js';

const LONG_PDU = 128 * 1024;
const ALL = Object.keys(RECEIVERS) as ReceiverId[];

/** The bars of issue 3: the median of the paired ratios must be at least this. */
const BARS = [
  ['58 MB', 1, 'tmpfs', 'files', 'storescpB', 0.9],
  ['58 MB', 1, 'tmpfs', 'files', 'storescp', 1.5],
  ['58 MB', 1, 'tmpfs', 'files', 'orthanc', 5],
  ['58 MB', 1, 'tmpfs', 'files', 'dcmjsDimse', 12],
  ['58 MB', 1, 'disk', 'files', 'storescpB', 0.9],
  ['0.45 MB', 1, 'tmpfs', 'files', 'storescpB', 0.9],
  ['0.45 MB', 1, 'disk', 'files', 'storescpB', 0.6],
  ['0.45 MB', 1, 'disk', 'files', 'orthanc', 3],
  ['58 MB', 1, 'disk', 'durable', 'orthancSync', 3],
  ['0.45 MB', 16, 'disk', 'durable', 'orthancSync', 3],
] as const;

/** What durability costs: `durable` over `files`, wherever both were measured. */
const COST = ['durable', 'files'] as const;

const options = benchOptions(process.argv.slice(3));
const loadBefore = loadavg()[0]!;

function cells(): Cell[] {
  const made: Cell[] = [];
  for (const medium of options.media)
    for (const object of ['58 MB', '12 MB', '0.45 MB'] as const)
      for (const associations of [1, 4, 16, 64])
        for (const pduLength of [LONG_PDU, 16 * 1024]) {
          const decided = BARS.filter(
            ([o, a, m]) => o === object && a === associations && m === medium.name,
          ).flatMap(([, , , ours, theirs]) => [ours, theirs]);
          const decisive = pduLength === LONG_PDU && decided.length > 0;
          if (options.quick && !decisive) continue;
          // The cost of durability needs the other way of this node beside it.
          const receivers = options.quick ? [...new Set([...decided, ...COST])] : ALL;
          made.push({ object, associations, pduLength, medium, receivers });
        }
  return made.filter((cell) => nameOf(cell).includes(options.only));
}

function nameOf({ object, associations, pduLength, medium }: Cell): string {
  return `${object} × ${String(associations)}, PDU ${String(pduLength / 1024)} KiB, ${medium.name}`;
}

function barsOf(result: CellResult): string[][] {
  const { object, associations, medium, pduLength } = result.cell;
  if (pduLength !== LONG_PDU) return [];
  return BARS.filter(
    ([o, a, m]) => o === object && a === associations && m === medium.name,
  ).flatMap(([, , , ours, theirs, least]) => {
    const ratio = pairedRatio(result, ours, theirs);
    if (ratio === undefined) return [];
    const met = ratio.median >= least ? 'yes' : 'no';
    const pair = `${RECEIVERS[ours].label} / ${RECEIVERS[theirs].label}`;
    return [[nameOf(result.cell), pair, shown(ratio), String(least), met]];
  });
}

const results: CellResult[] = [];
for (const cell of cells()) {
  const result = await measure(cell, options.runs);
  results.push(result);
  const rates = [...result.megabytes].map(
    ([id, rate]) => `${RECEIVERS[id].label} ${shown(rate, 0)}`,
  );
  const failed = [...result.failures].map(([id, why]) => `${RECEIVERS[id].label} failed: ${why}`);
  say(`${nameOf(cell)}, MB/s: ${[...rates, ...failed].join('; ')}`);
}

const growths: string[][] = [];
for (const [object, associations, allowed] of [
  ['2 GiB', 1, 67],
  ['2.3 GiB', 1, 80],
  ['12 MB', 64, 200],
] as const) {
  const [medium] = options.media;
  if (medium === undefined || !`memory ${object}`.includes(options.only)) continue;
  const grown = await growthOfReceiver(object, associations, medium);
  growths.push([
    `${object} × ${String(associations)}`,
    grown.idle.toFixed(0),
    grown.growth.toFixed(0),
    String(allowed),
    `${grown.p99.toFixed(1)}, ${grown.longest.toFixed(0)}`,
    grown.megabytesPerSecond.toFixed(0),
  ]);
  say(`memory, ${growths.at(-1)!.join(', ')}`);
}

const costs = results.flatMap((result) => {
  const ratio = pairedRatio(result, ...COST);
  return ratio === undefined ? [] : [[nameOf(result.cell), shown(ratio)]];
});
const figures = results.flatMap((result) =>
  [...result.megabytes].map(([id, rate]) => [
    nameOf(result.cell),
    RECEIVERS[id].label,
    shown(rate, 0),
    shown(result.cpuPerGigabyte.get(id)!),
  ]),
);
const content = [
  '## Receiving',
  conditions(options.runs, loadBefore),
  "'Without sync' is this node's listener with a sink of the bench that writes files with synchronous calls and neither\nhashes, checks, syncs nor records them: what the peers do. 'Durable' is listener and archive as the gateway runs them\n(digest, checks, fdatasync, folder and ledger synced before Success).",
  '### Bars',
  table(['objects × associations', 'pair', 'ratio', 'at least', 'met'], results.flatMap(barsOf)),
  '### The cost of durability',
  table(['objects × associations', 'durable / without sync'], costs),
  '### Rates and CPU',
  table(['objects × associations', 'receiver', 'MB/s', 'CPU s/GB'], figures),
  '### Memory, receiving durably to tmpfs',
  'MB (10^6 bytes) of resident memory above idle, at most.',
  table(
    ['object × associations', 'idle', 'growth', 'allowed', 'event loop, ms: p99, longest', 'MB/s'],
    growths,
  ),
];
writeSection('receiving', content.join('\n\n'));
