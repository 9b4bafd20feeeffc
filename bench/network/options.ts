import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import type { Medium } from './cell.js';

/** What the command line of a network bench says. */
export interface BenchOptions {
  /** Only what decides the bars of issue 3. */
  readonly quick: boolean;
  /** Only lines whose name holds this text, e.g. '0.45 MB' or 'disk'. */
  readonly only: string;
  /** Interleaved rounds. */
  readonly runs: number;
  readonly media: readonly Medium[];
}

/** `--quick`, `--only TEXT`, `--runs N`, `--tmpfs FOLDER` (/dev/shm), `--disk FOLDER` (the temporary folder). */
export function benchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      runs: { type: 'string', default: '5' },
      tmpfs: { type: 'string', default: '/dev/shm' },
      disk: { type: 'string', default: tmpdir() },
    },
  });
  mkdirSync(values.disk, { recursive: true });
  return {
    quick: values.quick,
    only: values.only,
    runs: Number(values.runs),
    media: [
      { name: 'tmpfs', folder: values.tmpfs },
      { name: 'disk', folder: values.disk },
    ],
  };
}
