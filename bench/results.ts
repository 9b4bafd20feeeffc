/**
 * `npm run bench -- results`: SEG and SR of a volume of 128 × 885 × 512 with seven segments, built and held against the
 * gate by this node; the same SEG written by pydicom; and the same bytes just written. In turn, a process each.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { PYTHON } from '../test/support/tools.js';
import { conditions, say, table } from './network/report.js';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const LIMITS = { seconds: 1.5, megabytes: 300 } as const;

/** What each of the programs prints as JSON. */
interface Figures {
  readonly seconds: number;
  readonly cpu: number;
  /** Beyond what the process held when it began, its input included. */
  readonly megabytes: number;
}

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function run(command: string, ...args: readonly string[]): Figures {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Figures;
}

const folder = mkdtempSync(join(tmpdir(), 'octriage-bench-'));
try {
  const before = loadavg()[0]!;
  const node = (what: string) =>
    run(process.execPath, '--import', 'tsx', pathOf('results-node.ts'), what, folder);
  node('prepare');
  const programs: Readonly<Record<string, () => Figures>> = {
    'this node: SEG and SR': () => node('build'),
    'this node: SEG and SR, with the gate': () => node('gate'),
    'pydicom: SEG alone': () => run(PYTHON, pathOf('results_pydicom.py'), folder),
    'the bytes alone, fsync': () => node('write'),
  };
  const measured = new Map<string, Figures[]>(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, program] of Object.entries(programs)) measured.get(name)!.push(program());
  }
  say(`${conditions(ROUNDS, before)} Least / median / most.\n`);
  const spread = (values: readonly number[], digits: number) => {
    const sorted = [...values].sort((a, b) => a - b);
    return [0, 0.5, 1]
      .map((share) => sorted[Math.round(share * (sorted.length - 1))]!.toFixed(digits))
      .join(' / ');
  };
  say(
    table(
      ['program', 'wall, s', 'CPU, s', 'memory, MB'],
      [...measured].map(([name, figures]) => [
        name,
        spread(
          figures.map(({ seconds }) => seconds),
          2,
        ),
        spread(
          figures.map(({ cpu }) => cpu),
          2,
        ),
        spread(
          figures.map(({ megabytes }) => megabytes),
          0,
        ),
      ]),
    ),
  );
  say(`\nIssue 7: under ${LIMITS.seconds} s on one core and under ${LIMITS.megabytes} MB.`);
} finally {
  rmSync(folder, { recursive: true });
}
