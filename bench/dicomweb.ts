/**
 * `npm run bench -- dicomweb`: STOW-RS and WADO-RS of this node beside Orthanc's plugin, in turn, from one client. Writes the
 * page docs/reference/benchmarks-dicomweb.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { objectOf, type Medium } from './network/cell.js';
import type { ObjectId } from './network/objects.js';
import { readDataSet } from '../src/dicom/read-data-set.js';
import { benchOptions } from './network/options.js';
import { cpuSeconds } from './network/process-statistics.js';
import { conditions, say, table, writeSection } from './network/report.js';
import { rotated, shown, spread } from './network/statistics.js';
import { stow, wado } from './network/web-load.js';
import { WEB_SERVERS, WebServer, type WebServerId } from './network/web-servers.js';

const IDS = Object.keys(WEB_SERVERS) as WebServerId[];
/** Issue 8: STOW of 12 MB objects, beside Orthanc's plugin as it comes. */
const LEAST = 3;
/** A server runs for days: what is compared is not how soon its code is compiled. */
const WARMING = { count: 400, connections: 1 };

const options = benchOptions(process.argv.slice(3));
const loadBefore = loadavg()[0]!;
const figures: string[][] = [];
const bars: string[][] = [];

async function compare(
  medium: Medium,
  id: ObjectId,
  load: { readonly count: number; readonly connections: number },
): Promise<void> {
  const { count, connections } = load;
  const name = `${String(count)} × ${id} over ${String(connections)}, ${medium.name}`;
  if (!name.includes(options.only)) return;
  const object = objectOf(id);
  const { dataSet } = readDataSet(object.head, object);
  const series = `/dicom-web/studies/${dataSet.text('StudyInstanceUID')!}/series/${dataSet.text('SeriesInstanceUID')!}`;
  const seconds = {
    STOW: { node: [], orthancSync: [], orthanc: [] },
    WADO: { node: [], orthancSync: [], orthanc: [] },
  } as Record<'STOW' | 'WADO', Record<WebServerId, number[]>>;
  const cpu = structuredClone(seconds);
  const folder = mkdtempSync(join(medium.folder, 'octriage-bench-'));
  const running = new Map<WebServerId, WebServer>();
  try {
    for (const id of IDS) {
      const server = await WebServer.start(id, folder);
      running.set(id, server);
      await stow(server.port, objectOf('0.45 MB'), WARMING);
    }
    // The first round warms up too.
    for (let round = -1; round < options.runs; round += 1)
      for (const id of rotated(IDS, Math.max(0, round))) {
        const { port, pid } = running.get(id)!;
        const used = [cpuSeconds(pid)];
        const stored = await stow(port, object, load);
        used.push(cpuSeconds(pid));
        const took = await wado(port, series, stored.uids, connections, object.byteLength);
        used.push(cpuSeconds(pid));
        if (round < 0) continue;
        seconds.STOW[id].push(stored.seconds);
        seconds.WADO[id].push(took);
        cpu.STOW[id].push(used[1]! - used[0]!);
        cpu.WADO[id].push(used[2]! - used[1]!);
      }
  } finally {
    for (const server of running.values()) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const bytes = count * object.byteLength;
  for (const service of ['STOW', 'WADO'] as const) {
    const of = seconds[service];
    for (const server of IDS) {
      const rate = shown(spread(of[server].map((took) => bytes / took / 1e6)), 0);
      const perGigabyte = shown(spread(cpu[service][server].map((used) => (used / bytes) * 1e9)));
      figures.push([service, name, WEB_SERVERS[server].label, rate, perGigabyte]);
      say(`${service} ${name}: ${WEB_SERVERS[server].label} ${rate} MB/s, CPU ${perGigabyte} s/GB`);
    }
    for (const peer of ['orthancSync', 'orthanc'] as const) {
      const ratio = spread(of[peer].map((took, i) => took / of.node[i]!));
      const decided = service === 'STOW' && id === '12 MB' && peer === 'orthancSync';
      bars.push([
        service,
        name,
        WEB_SERVERS[peer].label,
        shown(ratio),
        ...(decided ? [String(LEAST), ratio.median >= LEAST ? 'yes' : 'no'] : ['', '']),
      ]);
      say(`${service} ${name}: ${shown(ratio)} times ${WEB_SERVERS[peer].label}`);
    }
  }
}

for (const medium of options.media)
  for (const [id, count, connections] of [
    ['12 MB', 16, 1],
    ['12 MB', 16, 4],
    ['58 MB', 4, 1],
    ['0.45 MB', 128, 1],
  ] as const)
    if (!options.quick || id === '12 MB') await compare(medium, id, { count, connections });

writeSection(
  'dicomweb',
  [
    '## DICOMweb',
    conditions(options.runs, loadBefore),
    'One object a request, connections kept, one client for all; STOW-RS of new objects, then WADO-RS of them as they are stored.\nEach server has stored 400 objects of 0.45 MB and one round before time is taken. This node answers when file and ledger are synced.',
    table(['service', 'objects × connections', 'peer', 'this node / it', 'at least', 'met'], bars),
    table(['service', 'objects × connections', 'server', 'MB/s', 'CPU s/GB'], figures),
  ].join('\n\n'),
  {
    page: 'benchmarks-dicomweb',
    head: `# DICOMweb, beside Orthanc's plugin

Written by \`npm run bench -- dicomweb\` (\`--quick\`, \`--only TEXT\`, \`--runs N\`). All take turns within a round; ratios are of
rates within a round. Least / median / most. Where the time goes: decision 97.
`,
  },
);
