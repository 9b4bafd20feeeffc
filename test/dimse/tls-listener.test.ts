import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientCertificate } from '../../src/config/setting-kinds.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import type { Timers } from '../../src/dimse/upper-layer/timers.js';
import { Authority, credentials, type CertificateFiles } from '../support/certificates.js';
import { run } from '../support/run.js';
import { requireTool } from '../support/tools.js';
import { eventually } from './support/eventually.js';
import { makeFiles } from './support/part10.js';
import { ScriptedPeer, associateRq } from './support/scripted-peer.js';
import { closeListeners, testListener } from './support/test-listener.js';

describe('DICOM over TLS as acceptor (PS3.15 B.12)', function () {
  this.timeout(30_000);
  let folder: string;
  let ca: Authority;
  let node: CertificateFiles;
  let scanner: CertificateFiles;
  let stranger: CertificateFiles;
  let late: CertificateFiles;
  let file = '';

  before(function () {
    requireTool(this, 'openssl', 'storescu', 'echoscu', 'python3-pydicom');
    folder = mkdtempSync(join(tmpdir(), 'octriage-tls-'));
    ca = Authority.make(folder);
    node = ca.issue('node');
    scanner = ca.issue('scanner');
    late = ca.issue('late', { days: -1 });
    stranger = Authority.make(folder, 'other').issue('stranger');
    file = makeFiles(folder, 1, 512)[0]?.path ?? '';
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(closeListeners);

  async function listen(
    clientCertificate: ClientCertificate = 'required',
    timers: Partial<Timers> = {},
  ) {
    const tls = { port: 0, credentials: credentials(node, ca.certificate), clientCertificate };
    const started = await testListener({ tls, timers });
    return { ...started, tlsPort: started.listener.tlsPort ?? 0 };
  }

  function echoscu(port: number, shown: CertificateFiles | undefined) {
    const security = shown ? ['+tls', shown.key, shown.certificate] : ['+tla'];
    const trust = ['+cf', ca.certificate];
    return run('echoscu', [...security, ...trust, '-aec', 'OCT', '127.0.0.1', String(port)]);
  }

  it('storescu +tls with a certificate stores, and the event names the security', async () => {
    const { tlsPort, sink, event } = await listen();
    const { code, stderr } = await run('storescu', [
      ...['+tls', scanner.key, scanner.certificate, '+cf', ca.certificate],
      ...['-aec', 'OCT', '127.0.0.1', String(tlsPort), file],
    ]);
    expect(code, stderr).to.equal(0);
    expect(sink.received[0]?.bytes.length).to.be.greaterThan(512 * 512);
    expect((await event('accepted')).security).to.match(/^TLSv1\.[23] /);
    expect((await event('released')).counts.stored).to.equal(1);
  });

  const CALLERS: readonly {
    readonly title: string;
    readonly setting: ClientCertificate;
    readonly shown: () => CertificateFiles | undefined;
    readonly refused?: RegExp;
  }[] = [
    { title: 'required, shown', setting: 'required', shown: () => scanner },
    {
      title: 'required, none shown',
      setting: 'required',
      shown: () => undefined,
      refused: /showed no certificate/,
    },
    {
      title: 'required, of another authority',
      setting: 'required',
      shown: () => stranger,
      refused: /no authority that we trust/,
    },
    {
      title: 'required, expired',
      setting: 'required',
      shown: () => late,
      refused: /has expired/,
    },
    { title: 'optional, none shown', setting: 'optional', shown: () => undefined },
    {
      title: 'optional, of another authority',
      setting: 'optional',
      shown: () => stranger,
      refused: /no authority that we trust/,
    },
    { title: 'none, none shown', setting: 'none', shown: () => undefined },
  ];
  for (const { title, setting, shown, refused } of CALLERS) {
    it(`R15: client certificate ${title}: ${refused ? 'refused and named' : 'echo'}`, async () => {
      const { tlsPort, event, events, listener } = await listen(setting);
      const { code } = await echoscu(tlsPort, shown());
      if (refused) {
        expect(code).not.to.equal(0);
        expect((await event('notSecured')).why).to.match(refused);
        expect(events.filter(({ type }) => type === 'requested')).to.have.length(0);
      } else {
        expect(code).to.equal(0);
      }
      await eventually(() => listener.connections === 0);
    });
  }

  it('TLS 1.1 is refused, 1.2 and 1.3 are taken (openssl s_client)', async () => {
    const { tlsPort, event } = await listen('none');
    const at = `127.0.0.1:${tlsPort}`;
    const trust = ['-CAfile', ca.certificate, '-verify_return_error'];
    for (const version of ['-tls1_2', '-tls1_3']) {
      expect((await run('openssl', ['s_client', '-connect', at, version, ...trust])).code).to.equal(
        0,
      );
    }
    const old = ['s_client', '-connect', at, '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'];
    expect((await run('openssl', old)).code).not.to.equal(0);
    expect((await event('notSecured')).why).to.match(/no TLS version from 1\.2 on/);
  });

  it('R15: DICOM without TLS on the TLS port gets an A-ABORT and is named', async () => {
    const { tlsPort, event } = await listen();
    const peer = await ScriptedPeer.connect(tlsPort);
    peer.send(encodePdu(associateRq()));
    expect(await peer.next()).to.include({ type: 'A-ABORT', source: 2 });
    await peer.closed;
    expect((await event('notDicom')).looksLike).to.equal('DICOM without TLS');
  });

  it('R15: TLS on the plain port is named', async () => {
    const { port, event } = await listen();
    expect((await echoscu(port, scanner)).code).not.to.equal(0);
    expect((await event('notDicom')).looksLike).to.equal('TLS');
  });

  for (const which of ['plain', 'TLS'] as const) {
    it(`R14: HTTP on the ${which} port is named and closed`, async () => {
      const { port, tlsPort, event } = await listen();
      const answer = fetch(`http://127.0.0.1:${which === 'TLS' ? tlsPort : port}/`);
      expect(await answer.then(() => 'answered').catch(() => 'closed')).to.equal('closed');
      expect((await event('notDicom')).looksLike).to.equal('HTTP');
    });
  }

  it('R15, R17: TLS-handshake timer: a caller that says nothing is closed, and others are served meanwhile', async () => {
    const { tlsPort, event, listener } = await listen('required', { tlsHandshake: 1500 });
    const silent = connect(tlsPort, '127.0.0.1');
    silent.on('error', () => undefined);
    await eventually(() => listener.connections === 1);
    expect((await echoscu(tlsPort, scanner)).code).to.equal(0);
    expect((await event('notSecured')).why).to.match(/TLS-handshake timer expired/);
    await eventually(() => listener.connections === 0);
  });

  it('renewed credentials count from the next connection on', async () => {
    const { tlsPort, listener } = await listen('none');
    const shownBy = async (): Promise<string> => {
      const { stdout } = await run('openssl', ['s_client', '-connect', `127.0.0.1:${tlsPort}`]);
      return /subject=(.*)/.exec(stdout)?.[1] ?? '';
    };
    expect(await shownBy()).to.equal('CN = node');
    listener.renewCredentials(credentials(ca.issue('renewed'), ca.certificate));
    expect(await shownBy()).to.equal('CN = renewed');
  });
});
