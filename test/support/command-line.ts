import { explain, runCommand } from '../../src/cli/command-line.js';
import type { RunResult } from './run.js';

/**
 * `octriage …` within this process, which spares the start of another one; settings as given and no others. Not for
 * commands that run beside something else that prints.
 */
export async function octriageHere(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<RunResult> {
  const { env } = process;
  const streams = [process.stdout, process.stderr].map((stream) => ({
    stream,
    write: stream.write.bind(stream),
  }));
  let [stdout, stderr] = ['', ''];
  const others = Object.entries(env).filter(([name]) => !name.startsWith('OCTRIAGE_'));
  process.env = { ...Object.fromEntries(others), ...settings };
  process.stdout.write = (text: Uint8Array | string) => (stdout += text.toString()) !== '';
  process.stderr.write = (text: Uint8Array | string) => (stderr += text.toString()) !== '';
  try {
    const code = await runCommand(args).catch((error: unknown) => explain(error, args));
    return { code, stdout, stderr };
  } finally {
    process.env = env;
    for (const { stream, write } of streams) stream.write = write;
  }
}
