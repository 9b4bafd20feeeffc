import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../fixtures/free-port.js';
import { Authority, type CertificateFiles } from './certificates.js';

/** Debian's rsyslogd as audit record repository: TLS, octet counting, everything into one file as it came. */
export class Rsyslog {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    readonly authority: Authority,
  ) {}

  static async make(folder: string): Promise<Rsyslog> {
    mkdirSync(folder, { recursive: true });
    const authority = Authority.make(folder);
    const server = authority.issue('syslog');
    const receiver = new Rsyslog(await freePort(), folder, authority);
    writeFileSync(join(folder, 'rsyslog.conf'), receiver.configuration(server));
    return receiver;
  }

  async start(): Promise<void> {
    const child = spawn(
      'rsyslogd',
      ['-n', '-f', join(this.folder, 'rsyslog.conf'), '-i', join(this.folder, 'pid')],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    this.child = child;
    for (let tries = 0; tries < 100; tries += 1) {
      if (child.exitCode !== null) throw new Error(`rsyslogd ended: ${said}`);
      if (await this.listens()) return;
      await sleep(100);
    }
    throw new Error(`rsyslogd does not listen: ${said}`);
  }

  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child?.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  /** The messages so far, each as it came, without its length. */
  get messages(): readonly string[] {
    const path = join(this.folder, 'messages');
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }

  async waitFor(enough: (messages: readonly string[]) => boolean): Promise<readonly string[]> {
    for (let tries = 0; tries < 150; tries += 1) {
      const { messages } = this;
      if (enough(messages)) return messages;
      await sleep(100);
    }
    throw new Error(`not what was waited for:\n${this.messages.join('\n')}`);
  }

  private listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
  }

  private configuration({ certificate, key }: CertificateFiles): string {
    return `
global(workDirectory="${this.folder}" maxMessageSize="256k" parser.escapeControlCharactersOnReceive="off"
  defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="${this.authority.certificate}"
  defaultNetstreamDriverCertFile="${certificate}" defaultNetstreamDriverKeyFile="${key}")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")
input(type="imtcp" port="${this.port}" address="127.0.0.1")
template(name="raw" type="string" string="%rawmsg%\\n")
action(type="omfile" file="${join(this.folder, 'messages')}" template="raw")
`;
  }
}
