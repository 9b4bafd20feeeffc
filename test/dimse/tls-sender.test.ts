import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../fixtures/free-port.js';
import { echo, sendInstances, type Peer, type SendOutcome } from '../../src/dimse/sender.js';
import { DEFAULT_TIMERS } from '../../src/dimse/upper-layer/timers.js';
import { Authority, credentials, type CertificateFiles } from '../support/certificates.js';
import { requireTool } from '../support/tools.js';
import { makeFiles } from './support/part10.js';
import { closeListeners, testListener } from './support/test-listener.js';

describe('DICOM over TLS as requestor', function () {
  this.timeout(30_000);
  let folder: string;
  let ca: Authority;
  let us: CertificateFiles;
  let pacs: CertificateFiles;
  let elsewhere: CertificateFiles;
  let late: CertificateFiles;

  before(function () {
    requireTool(this, 'openssl', 'storescp', 'python3-pydicom');
    folder = mkdtempSync(join(tmpdir(), 'octriage-tls-'));
    ca = Authority.make(folder);
    us = ca.issue('node');
    pacs = ca.issue('pacs');
    elsewhere = ca.issue('elsewhere', { names: 'DNS:pacs.example' });
    late = ca.issue('late', { days: -1 });
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(closeListeners);

  const peer = (port: number, changes: Partial<Peer> = {}): Peer => ({
    host: '127.0.0.1',
    port,
    calledAeTitle: 'PACS',
    callingAeTitle: 'OCT',
    tls: { credentials: credentials(us, ca.certificate) },
    ...changes,
  });

  async function withStorescp(
    shown: CertificateFiles,
    test: (port: number, folder: string) => Promise<void>,
  ): Promise<void> {
    const port = await freePort();
    const into = join(folder, `scp-${port}`);
    mkdirSync(into);
    const security = ['+tls', shown.key, shown.certificate, '+cf', ca.certificate];
    const scp = spawn('storescp', [...security, '-aet', 'PACS', '-od', into, String(port)], {
      stdio: 'ignore',
    });
    try {
      const listening = async (): Promise<boolean> => {
        const outcome = await echo(peer(port));
        return outcome.kind === 'answered' || outcome.code !== 'OCT_DIMSE_UNREACHABLE';
      };
      for (let tries = 0; !(await listening()); tries += 1) {
        if (tries > 100) throw new Error('storescp did not start');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await test(port, into);
    } finally {
      scp.kill();
    }
  }

  const refused = (outcome: SendOutcome | undefined, why: RegExp): void => {
    expect(outcome).to.include({ kind: 'failed', code: 'OCT_DIMSE_TLS', failure: 'transient' });
    expect(outcome?.kind === 'failed' ? outcome.reason : '').to.match(why);
  };

  it('storescp +tls that wants our certificate takes what we send', async () => {
    await withStorescp(pacs, async (port, into) => {
      const files = makeFiles(folder, 3, 256);
      for (const outcome of await sendInstances(peer(port), files)) {
        expect(outcome).to.include({ kind: 'answered', status: 0 });
      }
      expect(readdirSync(into)).to.have.length(3);
    });
  });

  it('R15: a peer whose certificate comes from nobody we trust is refused and named', async () => {
    await withStorescp(pacs, async (port) => {
      const tls = { credentials: credentials(us, undefined) };
      refused(await echo(peer(port, { tls })), /no authority that we trust/);
    });
  });

  it('R15: an expired certificate is refused and named', async () => {
    await withStorescp(late, async (port) => {
      refused(await echo(peer(port)), /its certificate has expired/);
    });
  });

  it('the certificate must bear the name that we call, or the one that is configured', async () => {
    await withStorescp(elsewhere, async (port) => {
      refused(await echo(peer(port)), /for another name/);
      const { credentials: own } = peer(port).tls ?? { credentials: {} };
      const tls = { credentials: own, serverName: 'pacs.example' };
      expect(await echo(peer(port, { tls }))).to.include({ kind: 'answered', status: 0 });
    });
  });

  it('a peer that wants a certificate where we have none', async () => {
    const { listener } = await testListener({
      aeTitle: 'PACS',
      tls: {
        port: 0,
        credentials: credentials(pacs, ca.certificate),
        clientCertificate: 'required',
      },
    });
    const tls = { credentials: credentials(undefined, ca.certificate) };
    refused(await echo(peer(listener.tlsPort ?? 0, { tls })), /wants a certificate of ours/);
  });

  it('R15: a plain DICOM port is named', async () => {
    const { port } = await testListener({ aeTitle: 'PACS' });
    refused(await echo(peer(port)), /does not speak TLS/);
  });

  it('R15, R17: TLS-handshake timer as requestor: a peer that takes the connection and says nothing', async () => {
    const silent: Server = createServer(() => undefined).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => silent.once('listening', resolve));
      const { port } = silent.address() as AddressInfo;
      const outcome = await echo(peer(port), { timers: { ...DEFAULT_TIMERS, tlsHandshake: 150 } });
      refused(outcome, /TLS-handshake timer expired/);
    } finally {
      silent.close();
    }
  });
});
