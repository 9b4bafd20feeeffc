import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../fixtures/free-port.js';

const orthanc = (sync: boolean) => (port: number, folder: string) => {
  const path = join(folder, 'orthanc.json');
  const settings = {
    StorageDirectory: join(folder, 'storage'),
    IndexDirectory: join(folder, 'storage'),
    DicomServerEnabled: false,
    HttpPort: port,
    AuthenticationEnabled: false,
    SyncStorageArea: sync,
    Plugins: ['/usr/share/orthanc/plugins/libOrthancDicomWeb.so'],
    DicomWeb: { Enable: true, Root: '/dicom-web/' },
  };
  writeFileSync(path, JSON.stringify(settings));
  return ['Orthanc', path];
};

/** The DICOMweb servers that are measured. What they answered is durable: `node` and `orthancSync`. */
export const WEB_SERVERS = {
  node: {
    label: 'this node',
    command: (port: number, folder: string) => [
      process.execPath,
      fileURLToPath(new URL('receivers/dicomweb.mjs', import.meta.url)),
      String(port),
      folder,
    ],
  },
  orthancSync: { label: 'Orthanc, synced (its default)', command: orthanc(true) },
  orthanc: { label: 'Orthanc, not synced', command: orthanc(false) },
} as const;
export type WebServerId = keyof typeof WEB_SERVERS;

/** A server as a process of its own, with a folder of its own. */
export class WebServer {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  static async start(id: WebServerId, parent: string): Promise<WebServer> {
    const folder = join(parent, id);
    mkdirSync(folder, { recursive: true });
    const port = await freePort();
    const [program = '', ...args] = WEB_SERVERS[id].command(port, folder);
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', process.env['BENCH_STDERR'] ? 'inherit' : 'ignore'],
    });
    for (let attempt = 0; attempt < 300; attempt += 1) {
      const answer = await fetch(`http://127.0.0.1:${String(port)}/dicom-web/studies`).catch(
        () => undefined,
      );
      if (answer?.ok === true) return new WebServer(port, child);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill('SIGKILL');
    throw new Error(`${WEB_SERVERS[id].label} does not answer`);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }
}
