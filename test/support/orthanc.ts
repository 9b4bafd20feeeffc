import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../fixtures/free-port.js';

/** An Orthanc of the test's own: the PACS. */
export class Orthanc {
  static readonly aeTitle = 'ORTHANC';
  private process: ChildProcess | undefined;
  private headers: Record<string, string> = {};

  private constructor(
    private readonly folder: string,
    readonly dicomPort: number,
    readonly httpPort: number,
  ) {}

  /** Prepares an Orthanc with its own folder and free ports, and further settings of its own; `start` runs it. */
  static async prepare(
    settings: Readonly<Record<string, unknown>> = {},
    dicomPort?: number,
  ): Promise<Orthanc> {
    const folder = mkdtempSync(join(tmpdir(), 'octriage-orthanc-'));
    const orthanc = new Orthanc(folder, dicomPort ?? (await freePort()), await freePort());
    writeFileSync(
      join(folder, 'orthanc.json'),
      JSON.stringify({
        Name: 'PACS of a test',
        StorageDirectory: join(folder, 'storage'),
        IndexDirectory: join(folder, 'storage'),
        DicomAet: Orthanc.aeTitle,
        DicomPort: orthanc.dicomPort,
        HttpPort: orthanc.httpPort,
        RemoteAccessAllowed: false,
        AuthenticationEnabled: false,
        DicomAlwaysAllowStore: true,
        UnknownSopClassAccepted: true,
        Plugins: [],
        ...settings,
      }),
    );
    return orthanc;
  }

  /** Runs it and waits until its REST API answers; with a user where its settings have one. */
  async start(login?: { readonly user: string; readonly password: string }): Promise<void> {
    if (login) {
      const pair = Buffer.from(`${login.user}:${login.password}`).toString('base64');
      this.headers = { authorization: `Basic ${pair}` };
    }
    this.process = spawn('Orthanc', [join(this.folder, 'orthanc.json')], { stdio: 'ignore' });
    for (let attempt = 0; attempt < 150; attempt++) {
      try {
        await this.get('/system');
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    throw new Error('Orthanc did not start within 15 s');
  }

  async stop(): Promise<void> {
    const { process } = this;
    if (process?.exitCode !== null) return;
    process.kill('SIGTERM');
    await once(process, 'exit');
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A JSON answer of its REST API. */
  async get<T>(path: string): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.httpPort}${path}`, {
      headers: this.headers,
    });
    if (!response.ok) throw new Error(`Orthanc answers ${response.status} to ${path}`);
    return (await response.json()) as T;
  }

  /** POST or PUT: a Part 10 file, or a value as JSON. */
  async send<T>(method: 'POST' | 'PUT', path: string, body: Uint8Array | object): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.httpPort}${path}`, {
      method,
      headers: this.headers,
      body: body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`Orthanc answers ${response.status} to ${path}`);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** The Part 10 file of an instance as Orthanc gives it out. */
  async file(id: string): Promise<Uint8Array> {
    const response = await fetch(`http://127.0.0.1:${this.httpPort}/instances/${id}/file`, {
      headers: this.headers,
    });
    if (!response.ok) throw new Error(`Orthanc has no file of ${id}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  /** Its instances with the tags that tests ask for. */
  async instances(): Promise<readonly OrthancInstance[]> {
    const list =
      await this.get<{ ID: string; MainDicomTags: Record<string, string> }[]>('/instances?expand');
    return Promise.all(
      list.map(async ({ ID, MainDicomTags }) => {
        const tags = await this.get<Record<string, unknown>>(`/instances/${ID}/simplified-tags`);
        return { id: ID, sopInstanceUid: MainDicomTags['SOPInstanceUID'] ?? '', tags };
      }),
    );
  }
}

export interface OrthancInstance {
  readonly id: string;
  readonly sopInstanceUid: string;
  readonly tags: Readonly<Record<string, unknown>>;
}
