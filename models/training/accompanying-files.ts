import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseCostMatrix } from '../../src/referral/cost-matrix.js';

/** The cost matrices of a set by the name of their operating point; the first is the set's own choice. */
export const OPERATING_POINTS = {
  screening: 'decision.json',
  balanced: 'decision-balanced.json',
} as const;
/** Made by prototypes.py. */
const FIGURES = ['prototypes.png'];

/** What of a manifest names the files beside the networks: those that are there, by what they hold. */
export function accompanyingFiles(folder: string) {
  const there = (file: string) => existsSync(join(folder, file));
  const hashed = (file: string) => {
    const bytes = readFileSync(join(folder, file));
    if (file.endsWith('.json')) parseCostMatrix(bytes);
    return { file, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  return {
    decision: hashed(OPERATING_POINTS.screening),
    operatingPoints: Object.fromEntries(
      Object.entries(OPERATING_POINTS)
        .filter(([, file]) => there(file))
        .map(([name, file]) => [name, hashed(file)]),
    ),
    figures: FIGURES.filter(there).map(hashed),
  };
}
