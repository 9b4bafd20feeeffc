import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { OutgoingInstance } from '../../src/dimse/sender.js';

const TITLES = { callingAeTitle: 'LOAD', calledAeTitle: 'BENCH' };

/** What this node's sender says of one batch. */
export interface OwnRun {
  readonly seconds: number;
  readonly p99: number;
  readonly longest: number;
}

/** This node's sender in a process that goes on, as in the gateway. */
export class OwnSender {
  private readonly child: ChildProcess = spawn(
    process.execPath,
    [fileURLToPath(new URL('senders/node.mjs', import.meta.url))],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '' },
    },
  );

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async send(
    port: number,
    instances: readonly OutgoingInstance[],
    watched = false,
  ): Promise<OwnRun> {
    this.child.send({ peer: { host: '127.0.0.1', port, ...TITLES }, instances, watched });
    const [{ failed, ...run }] = (await once(this.child, 'message')) as [
      OwnRun & { failed?: unknown },
    ];
    if (failed) throw new Error(`this node: ${JSON.stringify(failed)}`);
    return run;
  }

  async stop(): Promise<void> {
    this.child.kill();
    await once(this.child, 'exit');
  }
}

export const DCMTK_SENDERS = { storescu: ['-R'], dcmsend: [] } as const;
export type DcmtkSender = keyof typeof DCMTK_SENDERS;

/** A whole run of storescu or dcmsend, its start (some 10 ms) included; in seconds. */
export async function dcmtkSend(
  program: DcmtkSender,
  port: number,
  instances: readonly OutgoingInstance[],
): Promise<number> {
  const titles = ['-aet', TITLES.callingAeTitle, '-aec', TITLES.calledAeTitle];
  const paths = instances.map(({ path }) => path);
  const args = [...DCMTK_SENDERS[program], ...titles, '127.0.0.1', String(port), ...paths];
  const start = performance.now();
  const child = spawn(program, args, {
    stdio: 'ignore',
    env: { ...process.env, TCP_NODELAY: '1' },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`);
  return (performance.now() - start) / 1000;
}
