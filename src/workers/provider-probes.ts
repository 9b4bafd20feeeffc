import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { EXECUTION_PROVIDERS, type ExecutionProvider } from '../config/setting-kinds.js';

const answer = z.union([
  z.object({ works: z.literal(true), milliseconds: z.number() }),
  z.object({ works: z.literal(false), reason: z.string() }),
]);

export type ProviderProbe = z.infer<typeof answer> & { readonly provider: ExecutionProvider };

const PROBE_PATH = fileURLToPath(import.meta.url).replace(
  /provider-probes\.(ts|js)$/,
  'provider-probe.$1',
);
/** TensorRT builds its engine at the first run, and takes its time. */
const LONGEST = 120_000;

/** What each execution provider does on this machine: one process each, since a driver may crash it. */
export function probeProviders(modelsFolder: string): readonly ProviderProbe[] {
  return EXECUTION_PROVIDERS.map((provider) => {
    const { stdout, signal } = spawnSync(
      process.execPath,
      [...process.execArgv, PROBE_PATH, modelsFolder, provider],
      { encoding: 'utf8', timeout: LONGEST, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    try {
      return { provider, ...answer.parse(JSON.parse(stdout.trim())) };
    } catch {
      const how = signal === null ? 'gave no answer' : `was ended by ${signal}`;
      return { provider, works: false, reason: `the probe ${how}` };
    }
  });
}
