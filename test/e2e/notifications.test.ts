import { expect } from 'chai';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { freePort } from '../../fixtures/free-port.js';
import { cleanEnvironment, NodeProcess } from '../../fixtures/node-process.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { Authority } from '../support/certificates.js';
import { MAIN } from '../support/main.js';
import { run } from '../support/run.js';
import { storescu } from '../support/storescu.js';
import { requireTool } from '../support/tools.js';

/** A scan of seven frames is too few to be read: 'not assessed' takes a second. */
describe('somebody is told', function () {
  this.timeout(120_000);
  let node: NodeProcess;
  let server: Server | undefined;
  let port: number;
  let tables: string;
  let authority: Authority;
  const got: { id: string; event: string }[] = [];

  before(async function () {
    requireTool(this, 'storescu');
    const template = await NodeProcess.prepare();
    const folder = join(template.folder, 'certificates');
    mkdirSync(folder);
    authority = Authority.make(folder);
    port = await freePort();
    tables = join(template.folder, 'tables.json');
    writeFileSync(join(template.folder, 'secret.txt'), 'a secret of the test, long enough');
    writeTables('ONCALL', ['not-assessed']);
    const settings = { OCTRIAGE_TABLES: tables, OCTRIAGE_TLS_CA: authority.certificate };
    node = await NodeProcess.prepare(settings, template.folder);
    await node.start();
  });
  after(async () => {
    server?.closeAllConnections();
    server?.close();
    await (node as NodeProcess | undefined)?.remove();
  });

  function writeTables(name: string, events: readonly string[]): void {
    const url = `https://127.0.0.1:${port}/told`;
    const row = { name, kind: 'webhook', url, events, secretFile: 'secret.txt' };
    writeFileSync(tables, JSON.stringify({ notifications: [row] }));
  }

  function startReceiver(): void {
    const { certificate, key } = authority.issue('receiver');
    const options = { cert: readFileSync(certificate), key: readFileSync(key) };
    server = createServer(options, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { event } = JSON.parse(Buffer.concat(chunks).toString()) as { event: string };
        got.push({ id: String(request.headers['webhook-id']), event });
        response.writeHead(204).end();
      });
    }).listen(port, '127.0.0.1');
  }

  const octriage = (...args: string[]) =>
    run(process.execPath, [MAIN, ...args], {
      cwd: node.folder,
      env: {
        ...cleanEnvironment(),
        OCTRIAGE_DATA_DIR: join(node.folder, 'data'),
        OCTRIAGE_TABLES: tables,
        OCTRIAGE_TLS_CA: authority.certificate,
      },
    });
  const listed = async () =>
    JSON.parse((await octriage('notifications', '--json')).stdout) as {
      failed: { cause: string }[];
      open: { event: string; cause?: string }[];
    };
  const send = async (seed: number) => {
    const [file] = writeOptFiles(join(node.folder, 'scans'), [
      {
        dress: 'heidelberg-spectralis',
        size: { frames: 7, rows: 248, columns: 256 },
        phantom: { seed, laterality: 'R', pathologies: [], landmark: true },
      },
    ]);
    expect(await storescu(node.dimsePort, file!.path)).to.equal(true);
  };

  it('check explains who is told of what, and finds a secret that is not there', async () => {
    const { stdout } = await octriage('check');
    expect(stdout).to.contain(
      `Notification ONCALL = webhook https://127.0.0.1:${port}/told (not-assessed)\n  told nothing of the patient`,
    );
    writeFileSync(
      join(node.folder, 'wrong.json'),
      JSON.stringify({
        notifications: [
          { name: 'A', kind: 'fhir', url: 'http://ehr.example.org', events: ['workitem-held'] },
        ],
      }),
    );
    const wrong = await run(process.execPath, [MAIN, 'check'], {
      cwd: node.folder,
      env: { ...cleanEnvironment(), OCTRIAGE_TABLES: 'wrong.json' },
    });
    expect(wrong.code).to.equal(2);
    expect(wrong.stderr).to.contain('notifications.0.url').and.contain('notifications.0.events.0');
  });

  it('R28, R31: a receiver that is down gets it when it is back, over kill -9 of the node, once', async () => {
    await send(1);
    const waits = () => Promise.resolve(/notification not taken/.test(node.output));
    await node.waitUntil('tried', waits, 60);
    const { open } = await listed();
    expect(open).to.have.length(1);
    expect(open[0]).to.include({ event: 'not-assessed', cause: 'OCT_NOTIFICATION_UNREACHABLE' });
    await node.kill();
    startReceiver();
    await node.start();
    await node.waitUntil('told', () => Promise.resolve(got.length > 0), 30);
    await node.waitUntil('on record', async () => (await listed()).open.length === 0, 30);
    expect(got.map(({ event }) => event)).to.deep.equal(['not-assessed']);
    const metrics = await fetch(`http://127.0.0.1:${node.httpPort}/metrics`);
    expect(await metrics.text(), node.output.slice(-1500)).to.contain(
      'octriage_notifications{target="ONCALL",state="sent"} 1',
    );
  });

  it('a changed table holds without a restart', async () => {
    writeTables('IT', ['workitem-held', 'not-assessed']);
    const reread = () => Promise.resolve(/0 destinations, 1 notifications/.test(node.output));
    await node.waitUntil('read anew', reread, 20);
    await send(2);
    await node.waitUntil('told', () => Promise.resolve(got.length === 2), 60);
    expect(new Set(got.map(({ id }) => id)).size).to.equal(2);
  });
});
