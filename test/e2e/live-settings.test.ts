import { expect } from 'chai';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../fixtures/free-port.js';
import { NodeProcess } from '../../fixtures/node-process.js';
import { Authority } from '../support/certificates.js';
import { run } from '../support/run.js';
import { requireTool } from '../support/tools.js';

describe('settings that change while the node runs', function () {
  this.timeout(180_000);
  let folder: string;
  let node: NodeProcess;
  let ca: Authority;
  let tlsPort: number;
  let tables: string;

  before(async function () {
    requireTool(this, 'openssl', 'echoscu');
    folder = mkdtempSync(join(tmpdir(), 'octriage-live-'));
    ca = Authority.make(folder);
    tables = join(folder, 'tables.json');
    writeFileSync(tables, JSON.stringify({ callers: [{ aeTitle: 'FIRST' }] }));
    show('node');
    tlsPort = await freePort();
    node = await NodeProcess.prepare({
      OCTRIAGE_WORKERS: '0',
      OCTRIAGE_CALLERS: '',
      OCTRIAGE_TABLES: tables,
      OCTRIAGE_DIMSE_TLS_PORT: String(tlsPort),
      OCTRIAGE_TLS_CERTIFICATE: join(folder, 'shown.pem'),
      OCTRIAGE_TLS_KEY: join(folder, 'shown.key'),
      OCTRIAGE_TLS_CA: ca.certificate,
      OCTRIAGE_TLS_CLIENT_CERTIFICATE: 'none',
    });
    await node.start();
  });
  after(async () => {
    await (node as NodeProcess | undefined)?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Issues a certificate and puts it where the node looks. */
  function show(name: string, days?: number): void {
    const { certificate, key } = ca.issue(name, days === undefined ? {} : { days });
    copyFileSync(certificate, join(folder, 'shown.pem'));
    copyFileSync(key, join(folder, 'shown.key'));
  }

  async function shownBy(): Promise<string> {
    const { stdout } = await run('openssl', ['s_client', '-connect', `127.0.0.1:${tlsPort}`]);
    return /subject=(.*)/.exec(stdout)?.[1] ?? '';
  }

  async function mayEnter(aeTitle: string): Promise<boolean> {
    const address = ['127.0.0.1', String(node.dimsePort)];
    const args = ['-aet', aeTitle, '-aec', NodeProcess.aeTitle, ...address];
    return (await run('echoscu', args)).code === 0;
  }

  const ready = async () => {
    const response = await fetch(`http://127.0.0.1:${node.httpPort}/readyz`);
    const { conditions } = (await response.json()) as {
      conditions: { name: string; ready: boolean; reason: string }[];
    };
    return conditions.find(({ name }) => name === 'tls');
  };

  it('/readyz and the log say how long the certificate is valid', async () => {
    expect((await ready())?.reason).to.match(/29 days left/);
    expect(node.output).to.match(/"level":"warn","message":"our TLS certificate"/);
  });

  it('a renewed certificate is shown without a restart', async () => {
    expect(await shownBy()).to.equal('CN = node');
    show('renewed', 90);
    await node.waitUntil('shown', async () => (await shownBy()) === 'CN = renewed', 10);
    expect((await ready())?.reason).to.match(/89 days left/);
  });

  it('a key that does not belong to the certificate changes nothing and is logged', async () => {
    copyFileSync(ca.issue('half').certificate, join(folder, 'shown.pem'));
    node.signal('SIGHUP');
    await node.waitUntil(
      'refused',
      () => Promise.resolve(/OCT_CONFIG_INVALID_TLS/.test(node.output)),
      10,
    );
    expect(await shownBy()).to.equal('CN = renewed');
    show('whole');
    await node.waitUntil('shown', async () => (await shownBy()) === 'CN = whole', 10);
  });

  it('a caller is admitted, and another no longer, by a changed tables file', async () => {
    expect(await mayEnter('FIRST')).to.equal(true);
    expect(await mayEnter('SECOND')).to.equal(false);
    writeFileSync(tables, JSON.stringify({ callers: [{ aeTitle: 'SECOND' }] }));
    node.signal('SIGHUP');
    await node.waitUntil('admitted', () => mayEnter('SECOND'), 10);
    expect(await mayEnter('FIRST')).to.equal(false);
  });

  it('a wrong tables file changes nothing and is logged', async () => {
    writeFileSync(tables, '{"callers": [{"aeTitle": "THIRD"}], "destination": []}');
    await node.waitUntil(
      'refused',
      () => Promise.resolve(/OCT_CONFIG_INVALID_TABLES/.test(node.output)),
      10,
    );
    expect(await mayEnter('SECOND')).to.equal(true);
    expect(await mayEnter('THIRD')).to.equal(false);
  });
});
