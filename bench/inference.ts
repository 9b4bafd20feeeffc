/**
 * `npm run bench -- inference`: the whole way of full-size volumes through an ensemble of 5 + 5 (copies of the first
 * member where the model set has fewer), in a process of its own, in turns with bare ONNX Runtime on the same tensors.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeOptFiles } from '../fixtures/opt/write-files.js';
import { loadModelSet } from '../src/inference/model-set.js';
import { measureTuning } from '../src/inference/tuning.js';
import { copyEnsemble } from './ensemble.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ROUNDS = process.env['BENCH_ROUNDS'] ?? '3';
const PROVIDER = process.env['BENCH_PROVIDER'] ?? 'cpu';

interface Measured {
  readonly whole: number;
  readonly bare: number;
  readonly stages: Readonly<Record<string, number>>;
}
interface Run {
  readonly provider: string;
  readonly matrix: readonly number[];
  readonly members: readonly number[];
  readonly peakMiB: number;
  readonly measured: readonly Measured[];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function spread(values: readonly number[], digits = 2): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!.toFixed(digits);
  return `${at(0)} / ${at(0.5)} / ${at(1)}`;
}

/** The same network of the same size by Debian's PyTorch, on as many threads. */
function sayTorch(network: string, threads: number, size: number): void {
  const script = join(ROOT, 'bench/torch_time.py');
  const args = [script, network, String(threads), String(size)];
  const { status, stdout } = spawnSync('/usr/bin/python3', args, { encoding: 'utf8' });
  const [version, milliseconds] = stdout.trim().split(' ');
  if (status !== 0) say('- PyTorch: not on this machine (python3-torch)');
  else say(`- PyTorch ${version!}: ${Number(milliseconds).toFixed(1)} ms a B-scan and member`);
}

const folder = mkdtempSync(join(tmpdir(), 'octriage-bench-'));
try {
  const shipped = join(ROOT, 'models');
  const models = join(folder, 'models');
  const whole = loadModelSet(shipped);
  const isEnsemble = whole.segmentation.length >= 5 && whole.classification.length >= 5;
  if (!isEnsemble) copyEnsemble(shipped, models, 5);
  const tuning = await measureTuning(whole, 1);
  const { threads } = tuning.chosen;
  say(
    `${String(cpus().length)} cores (${cpus()[0]!.model}), load ${loadavg()[0]!.toFixed(1)} at the start, ${ROUNDS} rounds, ${PROVIDER}. Least / median / most.`,
  );
  say(
    isEnsemble ? 'The shipped ensemble.' : '5 + 5 copies of the first member of the shipped set.',
  );
  for (const { threads: count, spinning, millisecondsPerBscan } of tuning.measured) {
    const name = count === 0 ? 'ONNX Runtime’s default' : `${String(count)} threads`;
    say(
      `- ${name}${spinning ? ', spinning' : ''}: ${millisecondsPerBscan.toFixed(1)} ms a B-scan and member`,
    );
  }
  const defaults = tuning.measured.find(({ threads: count }) => count === 0);
  if (defaults !== undefined) {
    const share = tuning.chosen.millisecondsPerBscan / defaults.millisecondsPerBscan;
    say(`- ${String(threads)} threads are chosen: ${share.toFixed(2)} of the default's time`);
  }
  sayTorch(whole.segmentation[0]!.path, threads, whole.manifest.canonicalGrid.rows);
  const files = writeOptFiles(folder, [
    {
      dress: 'heidelberg-spectralis',
      size: 'full',
      phantom: { seed: 21, laterality: 'R', pathologies: ['macular-oedema'] },
    },
    {
      dress: 'topcon-3doct2000',
      size: 'full',
      phantom: { seed: 22, laterality: 'L', pathologies: ['cnv'] },
    },
  ]);
  for (const { path } of files) {
    const done = spawnSync(
      process.execPath,
      [
        join(ROOT, 'bench/gpu/measure.mjs'),
        ...[ROOT, isEnsemble ? shipped : models, PROVIDER, String(threads), ROUNDS, path],
      ],
      { encoding: 'utf8', maxBuffer: 1e8 },
    );
    if (done.status !== 0) throw new Error(done.stderr);
    const { matrix, members, peakMiB, measured } = JSON.parse(done.stdout) as Run;
    const seconds = (pick: (one: Measured) => number) => measured.map((one) => pick(one) / 1000);
    say(`\n## ${matrix.join(' × ')}, ${members.join(' + ')} members, ${String(threads)} threads\n`);
    say('| what | s |');
    say('| --- | --- |');
    for (const stage of Object.keys(measured[0]!.stages)) {
      say(`| ${stage} | ${spread(seconds(({ stages }) => stages[stage]!))} |`);
    }
    say(
      `| whole way, stored instance to synced result | ${spread(seconds(({ whole: ms }) => ms))} |`,
    );
    say(
      `| bare ONNX Runtime, same networks and tensors | ${spread(seconds(({ bare }) => bare))} |`,
    );
    say('');
    say(`whole / bare: ${spread(measured.map((one) => one.whole / one.bare))}`);
    say(
      `inference stage / bare: ${spread(measured.map((one) => one.stages['inference']! / one.bare))}`,
    );
    say(
      `B-scans a second, whole way: ${spread(
        measured.map((one) => (matrix[0]! * 1000) / one.whole),
        1,
      )}`,
    );
    say(`peak memory of the process at the first volume: ${peakMiB.toFixed(0)} MiB`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
