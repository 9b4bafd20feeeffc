/**
 * `npm run bench -- volume`: a Cirrus cube (128 frames of 1024 × 512, 8 bit) in one transfer syntax after the other,
 * decoded by this node, in a process of its own, and by a program of Debian; in pairs, so that what else the machine does hits both alike.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPRESSIONS, transcode, type CompressionId } from '../fixtures/opt/compressed.js';
import { writeOptFiles } from '../fixtures/opt/write-files.js';

const PAIRS = Number(process.env['BENCH_PAIRS'] ?? 5);
const MEASURED: readonly CompressionId[] = [
  'JPEG 2000 lossy',
  'JPEG-LS by dcmtk',
  'JPEG lossless SV1',
  'JPEG baseline',
  'RLE by dcmtk',
  'JPEG 2000 lossless',
];

interface Run {
  readonly seconds: number;
  readonly cpu: number;
  readonly megabytes: number;
}

/** Wall and CPU time and peak memory of a process, as GNU time or the shell's own accounting gives them. */
function run(command: readonly string[]): Run {
  const format = '%e %U %S %M';
  const done = spawnSync('/usr/bin/time', ['-f', format, ...command], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${command.join(' ')}: ${done.stderr}`);
  const [wall, user, system, kilobytes] = done.stderr.trim().split('\n').at(-1)!.split(' ');
  return {
    seconds: Number(wall),
    cpu: Number(user) + Number(system),
    megabytes: Number(kilobytes) / 1000,
  };
}

function spread(values: readonly number[], digits = 1): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!.toFixed(digits);
  return `${at(0)} / ${at(0.5)} / ${at(1)}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'octriage-bench-'));
try {
  mkdirSync(folder, { recursive: true });
  const [cube] = writeOptFiles(folder, [
    {
      dress: 'zeiss-cirrus',
      size: 'full',
      phantom: { seed: 21, laterality: 'R', pathologies: ['macular-oedema'] },
    },
  ]);
  const load = loadavg()[0]!.toFixed(1);
  say(
    `${String(PAIRS)} pairs, ${String(cpus().length)} cores, load ${load} at the start. Least / median / most.\n`,
  );
  say('| syntax | this node, s | CPU, s | MB | reference, s | CPU, s | MB | ratio of wall times |');
  say('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const id of MEASURED) {
    const { encoder, decoder } = COMPRESSIONS[id];
    const path = join(folder, 'compressed.dcm');
    transcode(encoder, cube!.path, path);
    const pairs = Array.from({ length: PAIRS }, () => ({
      ours: run([process.execPath, new URL('decode.mjs', import.meta.url).pathname, path]),
      theirs: run([...decoder, path, join(folder, 'reference.dcm')]),
    }));
    const column = (of: 'ours' | 'theirs', what: keyof Run) =>
      spread(
        pairs.map((pair) => pair[of][what]),
        what === 'megabytes' ? 0 : 1,
      );
    const ratios = spread(
      pairs.map(({ ours, theirs }) => ours.seconds / theirs.seconds),
      2,
    );
    const figures = (['ours', 'theirs'] as const).flatMap((of) =>
      (['seconds', 'cpu', 'megabytes'] as const).map((what) => column(of, what)),
    );
    say(`| ${id} (${decoder[0]}) | ${figures.join(' | ')} | ${ratios} |`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
