import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../fixtures/free-port.js';

interface Place {
  readonly port: number;
  readonly folder: string;
  readonly pduLength: number;
  readonly associations: number;
}

interface ReceiverKind {
  /** As the tables call it. */
  readonly label: string;
  /** A program without which it cannot run; Node's own parts are always there. */
  readonly needs?: readonly string[];
  /** More would need more memory than a machine has (baselines.md). */
  readonly mostAssociations?: number;
  readonly command: (place: Place) => readonly string[];
}

const script = (name: string) => fileURLToPath(new URL(`receivers/${name}`, import.meta.url));

const storescp =
  (...options: readonly string[]) =>
  ({ port, folder, pduLength, associations }: Place) => [
    ...['storescp', ...options, '-aet', 'BENCH', '-od', folder, '-pdu', String(pduLength)],
    // Without it, it serves one association after the other.
    ...(associations > 1 ? ['--fork'] : []),
    String(port),
  ];

const ours = (mode: string) => (place: Place) => [
  ...[process.execPath, script('node.mjs'), mode, String(place.port), place.folder],
  String(place.pduLength),
];

const orthanc = (sync: boolean) => (place: Place) => {
  const path = join(place.folder, 'orthanc.json');
  const settings = {
    StorageDirectory: join(place.folder, 'storage'),
    IndexDirectory: join(place.folder, 'storage'),
    DicomAet: 'BENCH',
    DicomPort: place.port,
    DicomAlwaysAllowStore: true,
    HttpServerEnabled: false,
    MaximumPduLength: place.pduLength,
    DicomThreadsCount: 64,
    SyncStorageArea: sync,
    Plugins: [],
  };
  writeFileSync(path, JSON.stringify(settings));
  return ['Orthanc', path];
};

/** Who is measured. What is durable when it answers: `node, durable` and `Orthanc, synced`; all others write only. */
export const RECEIVERS = {
  files: { label: 'this node, without sync', command: ours('files') },
  durable: { label: 'this node, durable', command: ours('durable') },
  storescpB: { label: 'storescp +B', needs: ['storescp'], command: storescp('+B') },
  storescp: { label: 'storescp', needs: ['storescp'], command: storescp() },
  orthanc: { label: 'Orthanc, not synced', needs: ['Orthanc'], command: orthanc(false) },
  orthancSync: { label: 'Orthanc, synced', needs: ['Orthanc'], command: orthanc(true) },
  dcmjsDimse: {
    label: 'dcmjs-dimse',
    mostAssociations: 4,
    command: ({ port, folder, pduLength }) => [
      ...[process.execPath, script('dcmjs-dimse.mjs'), String(port), folder, String(pduLength)],
    ],
  },
  pynetdicom: {
    label: 'pynetdicom',
    needs: ['python3', '-c', 'import pynetdicom'],
    command: ({ port, folder, pduLength }) => [
      ...['/usr/bin/python3', script('pynetdicom_receiver.py'), String(port), folder],
      String(pduLength),
    ],
  },
} as const satisfies Record<string, ReceiverKind>;
export type ReceiverId = keyof typeof RECEIVERS;

export function mostAssociations(id: ReceiverId): number {
  const { mostAssociations: most = Infinity }: ReceiverKind = RECEIVERS[id];
  return most;
}

export function isThere(id: ReceiverId): boolean {
  const { needs }: ReceiverKind = RECEIVERS[id];
  if (needs === undefined) return true;
  const [program = '', ...probe] = needs;
  const found =
    probe.length === 0 ? spawnSync('which', [program]) : spawnSync(`/usr/bin/${program}`, probe);
  return found.status === 0;
}

/** A receiver as a process of its own, with a folder of its own. */
export class Receiver {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(
    id: ReceiverId,
    parent: string,
    options: { readonly pduLength: number; readonly associations: number },
  ): Promise<Receiver> {
    const folder = join(parent, id);
    mkdirSync(folder, { recursive: true });
    const port = await freePort();
    const [program = '', ...args] = RECEIVERS[id].command({ port, folder, ...options });
    const child = spawn(program, args, {
      // Nagle's algorithm costs dcmtk 44 ms an object, and the comparison its sense (baselines.md).
      env: { ...process.env, TCP_NODELAY: '1', NODE_OPTIONS: '' },
      stdio: [
        'ignore',
        'ignore',
        process.env['BENCH_STDERR'] ? 'inherit' : 'ignore',
        ...(program === process.execPath ? ['ipc' as const] : []),
      ],
    });
    const receiver = new Receiver(port, folder, child);
    await receiver.waitUntilListening(RECEIVERS[id].label);
    return receiver;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Removes what it stored: it is never read again, and a disk that writes it out disturbs the next run. */
  clear(): void {
    const remove = (folder: string) => {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
          if (entry.name !== 'storage') remove(path);
        } else if (!/\.(json|lock|sqlite.*)$/.test(entry.name)) rmSync(path);
      }
    };
    remove(this.folder);
  }

  /** Delay of the event loop since the last reset, in ms; for this node only. */
  async eventLoopDelay(reset = false): Promise<{ p99: number; longest: number }> {
    this.child.send(reset ? 'reset' : 'read');
    const [delay] = (await once(this.child, 'message')) as [{ p99: number; longest: number }];
    return delay;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async waitUntilListening(label: string): Promise<void> {
    for (let attempt = 0; attempt < 300; attempt += 1) {
      if (this.child.exitCode !== null) throw new Error(`${label} ended at its start`);
      const socket = connect({ port: this.port, host: '127.0.0.1' });
      const listening = await new Promise((resolve) => {
        socket.once('connect', () => {
          resolve(true);
        });
        socket.once('error', () => {
          resolve(false);
        });
      });
      socket.destroy();
      if (listening) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${label} does not listen after 15 s`);
  }
}
