import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The environment of the tests without settings of the machine that runs them. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('OCTRIAGE_')),
  );
}

/** `octriage serve` as a process of its own, as built by `npm run build`. It can be killed and started again. */
export class NodeProcess {
  static readonly aeTitle = 'OCTRIAGE';
  /** Everything it wrote to standard output and standard error, over all its lives. */
  output = '';
  private child: ChildProcess | undefined;

  private constructor(
    readonly folder: string,
    readonly dimsePort: number,
    readonly httpPort: number,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async prepare(environment: Readonly<Record<string, string>> = {}): Promise<NodeProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'octriage-node-'));
    return new NodeProcess(folder, await freePort(), await freePort(), environment);
  }

  /** Starts it and waits until `/readyz` says ready. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN, 'serve'], {
      cwd: this.folder,
      env: {
        ...cleanEnvironment(),
        OCTRIAGE_DATA_DIR: join(this.folder, 'data'),
        OCTRIAGE_BIND: '127.0.0.1',
        OCTRIAGE_DIMSE_PORT: String(this.dimsePort),
        OCTRIAGE_HTTP_PORT: String(this.httpPort),
        OCTRIAGE_CALLERS: '*',
        OCTRIAGE_RETRY_INITIAL_MS: '200',
        OCTRIAGE_RETRY_MAXIMUM_MS: '1000',
        ...this.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.output += `${line}\n`;
      });
    }
    await this.waitUntil('ready', async () => {
      if (child.exitCode !== null) throw new Error(`octriage serve ended:\n${this.output}`);
      const response = await fetch(`http://127.0.0.1:${this.httpPort}/readyz`).catch(
        () => undefined,
      );
      return response?.status === 200;
    });
  }

  /** SIGTERM, and waits for its end; the exit code. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** SIGKILL: no chance to tidy up. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Polls until the condition holds; fails with the node's last lines after `seconds`. */
  async waitUntil(what: string, holds: () => Promise<boolean>, seconds = 30): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (Date.now() < deadline) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`not ${what} within ${seconds} s:\n${this.output.slice(-4000)}`);
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (child === undefined) return null;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  }
}
