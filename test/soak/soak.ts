/** `npm run soak -- kill | duplicates | associations | delivery`: the long form of a proof that CI runs in short. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestArchive } from '../archive/objects.js';
import { killAssociations } from './associations.js';
import { killDelivery } from './delivery.js';
import { sendDuplicates } from './duplicates.js';
import { killTransfers } from './kill.js';

const SOAKS: Readonly<Record<string, (folder: string, seed: number) => Promise<object>>> = {
  kill: (folder, seed) => killTransfers(folder, 200, 500, seed),
  async duplicates(folder, seed) {
    const archive = openTestArchive(join(folder, 'data'));
    const started = performance.now();
    const report = await sendDuplicates(archive, 10_000, seed);
    await archive.close();
    return { ...report, seconds: (performance.now() - started) / 1000 };
  },
  delivery: (folder, seed) => killDelivery(folder, 50, 1000, seed),
  associations: (folder, seed) => killAssociations(100_000, join(folder, 'data'), seed),
};

const [name = '', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
const soak = SOAKS[name];
if (!soak) throw new Error(`npm run soak -- ${Object.keys(SOAKS).join(' | ')} [seed]`);
const folder = mkdtempSync(join(tmpdir(), 'octriage-soak-'));
const report = await soak(folder, Number(seed));
process.stdout.write(`${new Date().toISOString()} ${name}, seed ${seed}\n`);
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
const bad = Object.values(report).some((value) => Array.isArray(value) && value.length > 0);
// What was found wrong can be looked at.
if (bad) process.stdout.write(`kept for inspection: ${folder}\n`);
else rmSync(folder, { recursive: true });
process.exitCode = bad ? 1 : 0;
