import { spawnSync } from 'node:child_process';

import { PYTHON } from './tools.js';

/** Runs a Python program (Debian's, with pydicom and numpy) and returns what it printed as JSON. */
export function python(program: string, ...args: readonly string[]): unknown {
  const run = spawnSync(PYTHON, ['-W', 'ignore', '-c', program, ...args], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status !== 0) throw new Error(`python failed: ${run.stderr}`);
  return JSON.parse(run.stdout) as unknown;
}
