/**
 * `npm run bench -- volume [--only TEXT] [--pairs N] [--scans FOLDER]`: a Cirrus cube (128 frames of 1024 × 512, 8 bit) in one transfer
 * syntax after the other, decoded by this node, in a process of its own, and by a program of Debian; in pairs, so that
 * what else the machine does hits both alike. Then how long a Topcon cube of 128 × 885 × 512 takes to normalise.
 * Writes docs/reference/benchmarks-volume.md; with `--only`, rows that were not measured stay as they are there,
 * with `--scans` the scans are drawn once for several calls.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { COMPRESSIONS, transcode, type CompressionId } from '../fixtures/opt/compressed.js';
import { encapsulatedFile, encodeFrames } from '../fixtures/opt/frames.js';
import { writeOptFiles } from '../fixtures/opt/write-files.js';
import { readPart10Header } from '../src/dicom/part10.js';
import { readPixels } from '../src/volume/pixels/read-pixels.js';
import { shown, spread } from './network/statistics.js';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    only: { type: 'string', default: '' },
    pairs: { type: 'string', default: '3' },
    scans: { type: 'string' },
  },
});
const PAIRS = Number(values.pairs);
/** A syntax gets no further pair after so many seconds. */
const SECONDS_EACH = 20;
const PAGE = new URL('../docs/reference/benchmarks-volume.md', import.meta.url);

interface Run {
  readonly seconds: number;
  readonly cpu: number;
  readonly megabytes: number;
}

/** Wall and CPU time and peak memory of a process, as GNU time gives them. */
function run(command: readonly string[]): Run {
  const format = '%e %U %S %M';
  const done = spawnSync('/usr/bin/time', ['-f', format, ...command], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (done.status !== 0) throw new Error(`${command.join(' ')}: ${done.stderr}`);
  const [wall, user, system, kilobytes] = done.stderr.trim().split('\n').at(-1)!.split(' ');
  return {
    seconds: Number(wall),
    cpu: Number(user) + Number(system),
    megabytes: Number(kilobytes) / 1000,
  };
}

const HTJ2K = {
  'HTJ2K lossless': 'htj2kLossless',
  'HTJ2K lossless RPCL': 'htj2kLosslessRpcl',
  'HTJ2K lossy': 'htj2k',
} as const;
type CaseName = CompressionId | keyof typeof HTJ2K;
const CASES = [...Object.keys(COMPRESSIONS), ...Object.keys(HTJ2K)] as readonly CaseName[];

const folder = mkdtempSync(join(tmpdir(), 'octriage-bench-'));
const compressed = join(folder, 'compressed.dcm');

/** Writes `compressed` from the native cube; returns the command of the reference decoder. */
async function prepare(name: CaseName, cube: string): Promise<readonly string[]> {
  if (name in COMPRESSIONS) {
    const { encoder, decoder } = COMPRESSIONS[name as CompressionId];
    transcode(encoder, cube, compressed);
    return [...decoder, compressed, join(folder, 'reference.dcm')];
  }
  const header = await readPart10Header(cube);
  const read = await readPixels(cube, header);
  if ('reason' in read) throw new Error(read.reason.detail);
  const syntax = HTJ2K[name as keyof typeof HTJ2K];
  const frames = await encodeFrames(syntax, header.dataSet, read.pixels);
  writeFileSync(compressed, encapsulatedFile(header.dataSet, syntax, frames));
  // dcmtk and gdcm of Debian 12 have no HTJ2K; OpenJPEG reads the bare codestreams.
  const bare = join(folder, 'codestreams');
  rmSync(bare, { recursive: true, force: true });
  mkdirSync(bare);
  frames.forEach((frame, i) => {
    writeFileSync(join(bare, `${String(i)}.j2k`), frame);
  });
  return ['opj_decompress', '-ImgDir', bare, '-OutFor', 'RAW'];
}

function row(name: string, decoder: string, pairs: readonly { ours: Run; theirs: Run }[]): string {
  const column = (of: 'ours' | 'theirs', what: keyof Run) =>
    shown(spread(pairs.map((pair) => pair[of][what])), what === 'megabytes' ? 0 : 1);
  const ratio = (what: 'seconds' | 'cpu') =>
    shown(spread(pairs.map(({ ours, theirs }) => ours[what] / Math.max(0.01, theirs[what]))));
  const figures = (['ours', 'theirs'] as const).flatMap((of) =>
    (['seconds', 'cpu', 'megabytes'] as const).map((what) => column(of, what)),
  );
  const cells = [String(pairs.length), load(), ...figures, ratio('seconds'), ratio('cpu')];
  return `| ${name} (${decoder}) | ${cells.join(' | ')} |`;
}

const COLUMNS = [
  ...['syntax (reference)', 'pairs', 'load', 'this node, s', 'CPU, s', 'MB'],
  ...['reference, s', 'CPU, s', 'MB', 'ratio, wall', 'ratio, CPU'],
];

/** The row of a syntax as the page has it. */
function rowOnPage(name: string): string | undefined {
  const lines = readFileSync(PAGE, 'utf8').split('\n');
  return lines.find(
    (line) => line.startsWith(`| ${name} (`) && line.split(' | ').length === COLUMNS.length,
  );
}

/** The paths of the Cirrus and the Topcon cube. */
function scansIn(where: string): readonly [string, string] {
  const list = join(where, 'scans.json');
  if (!existsSync(list)) {
    const scans = (['zeiss-cirrus', 'topcon-3doct2000'] as const).map((dress) => ({
      dress,
      size: 'full' as const,
      phantom: { seed: 21, laterality: 'R' as const, pathologies: ['macular-oedema' as const] },
    }));
    writeFileSync(list, JSON.stringify(writeOptFiles(where, scans).map(({ path }) => path)));
  }
  return JSON.parse(readFileSync(list, 'utf8')) as [string, string];
}

const measured = new Map<string, string>();
const load = () => loadavg()[0]!.toFixed(1);
const say = (line: string) => process.stderr.write(`${line}\n`);
let normalised: Record<'volume' | 'canonical' | 'quality' | 'back', readonly number[]>;
try {
  const [cube, topcon] = scansIn(values.scans ?? folder);
  for (const name of CASES.filter((one) => one.includes(values.only))) {
    const reference = await prepare(name, cube);
    const pairs: { ours: Run; theirs: Run }[] = [];
    const begin = performance.now();
    while (pairs.length < PAIRS && performance.now() - begin < 1000 * SECONDS_EACH)
      pairs.push({
        ours: run([process.execPath, new URL('decode.mjs', import.meta.url).pathname, compressed]),
        theirs: run(reference),
      });
    measured.set(name, row(name, reference[0]!, pairs));
    say(measured.get(name)!);
  }
  const script = new URL('normalise.mjs', import.meta.url).pathname;
  const done = spawnSync(process.execPath, [script, topcon, '7'], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  normalised = JSON.parse(done.stdout) as typeof normalised;
} finally {
  rmSync(folder, { recursive: true });
}

const figure = (step: keyof typeof normalised) => shown(spread(normalised[step]));
const rows = CASES.flatMap((name) => measured.get(name) ?? rowOnPage(name) ?? []);
const page = [
  '# Decoding and normalising a volume',
  '',
  'Written by `npm run bench -- volume`. A Cirrus cube (phantom, 128 frames of 1024 × 512, 8 bit, 67 MB), written in each',
  "transfer syntax by Debian's programs (HTJ2K: OpenJPH), is decoded in pairs: by this node's built code in a process of its own,",
  'then by the reference. Start of the process included; the node decodes into memory, the reference writes a file.',
  'dcmconv, dcmd… are dcmtk; gdcmconv where dcmtk has no decoder; opj_decompress, OpenJPEG on bare codestreams, where neither',
  'has. The node uses all cores, the references one. Least / median / most; ratios within a pair, wall and CPU time; load of',
  'the machine (mean of a minute) after the pairs of a row.',
  '',
  `${new Date().toISOString().slice(0, 10)}, ${String(cpus().length)} × ${cpus()[0]!.model.trim()}, Node ${process.version.slice(1)}.`,
  '',
  `| ${COLUMNS.join(' | ')} |`,
  `| ${COLUMNS.map(() => '---').join(' | ')} |`,
  ...rows,
  '',
  'A syntax without a row was not measured. The form in which a Cirrus sends its cube is lossy JPEG 2000.',
  '',
  '## Normalising',
  '',
  'A Topcon cube of 128 × 885 × 512 (58 MB), decoded; seconds of CPU on one thread, 7 times in one process (the first is the',
  `slowest: nothing is compiled yet), load ${load()} after. The volume and the canonical grid together are what`,
  'normalisation is.',
  '',
  '| step | s |',
  '| --- | --- |',
  `| header and pixels to the volume: geometry, order, voxels | ${figure('volume')} |`,
  `| to the canonical grid: grey values, resampling | ${figure('canonical')} |`,
  `| volume and canonical grid together | ${shown(spread(normalised.volume.map((s, i) => s + normalised.canonical[i]!)))} |`,
  `| quality criteria | ${figure('quality')} |`,
  `| labels back to the scan's own grid | ${figure('back')} |`,
  '',
].join('\n');
writeFileSync(PAGE, page);
