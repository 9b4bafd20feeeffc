import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startReceiver, type Receiver } from '../../fixtures/demo/receiver.js';
import { freePort } from '../../fixtures/free-port.js';
import { cleanEnvironment, NodeProcess } from '../../fixtures/node-process.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { SOP_CLASSES, SOP_CLASSES_ACCEPTED } from '../../src/dicom/uids.js';
import { MAIN } from '../support/main.js';
import { Orthanc } from '../support/orthanc.js';
import { run } from '../support/run.js';
import { requireTool } from '../support/tools.js';

const { comprehensive3dSr, enhancedSr } = SOP_CLASSES;

/**
 * Two Orthancs, one by C-STORE and one by STOW-RS, one AE that does not take the report, one that gets urgent decisions
 * only, and one address where nobody is. Seven frames are too few to be read, so that 'not assessed' takes a second.
 */
describe('destinations of every kind', function () {
  this.timeout(180_000);
  const scans = 3;
  let pacs: Orthanc;
  let web: Orthanc;
  let picky: Receiver;
  let scanner: Receiver;
  let node: NodeProcess;
  let tables: string;
  let file: string;

  before(async function () {
    requireTool(this, 'Orthanc');
    pacs = await Orthanc.prepare({ DicomAlwaysAllowFind: true });
    web = await Orthanc.prepare({
      Plugins: ['/usr/share/orthanc/plugins/libOrthancDicomWeb.so'],
      DicomWeb: { Enable: true, Root: '/dicom-web/' },
    });
    await web.start();
    const template = await NodeProcess.prepare();
    const takes = SOP_CLASSES_ACCEPTED.filter((uid) => uid !== comprehensive3dSr.uid);
    picky = await startReceiver('PICKY', join(template.folder, 'picky'), takes);
    tables = join(template.folder, 'tables.json');
    scanner = await startReceiver('SCANNER1', join(template.folder, 'scanner'));
    const at = (aeTitle: string, port: number) => ({ aeTitle, host: '127.0.0.1', port });
    writeFileSync(
      tables,
      JSON.stringify({
        aeAddresses: [at('SCANNER1', scanner.port)],
        destinations: [
          { name: 'PACS', ...at(Orthanc.aeTitle, pacs.dicomPort), verify: 'query' },
          { name: 'WEB', url: `http://127.0.0.1:${web.httpPort}/dicom-web`, verify: 'query' },
          {
            name: 'PICKY',
            ...at('PICKY', picky.port),
            fallbacks: { report: 'enhanced-report' },
            when: [{ attributes: { Manufacturer: 'heidelberg*' } }],
          },
          { name: 'REFUSES', ...at('PICKY', picky.port), objects: ['report'] },
          { name: 'ALERTS', ...at('PICKY', picky.port), when: [{ decisions: ['urgent'] }] },
          { name: 'BACK', toSender: true, objects: ['enhanced-report'] },
          { name: 'NOBODY', ...at('NOBODY', await freePort()) },
        ],
      }),
    );
    node = await NodeProcess.prepare(
      { OCTRIAGE_TABLES: tables, OCTRIAGE_INFERENCE_THREADS: '1' }, // not measured: it takes longer than the test
      template.folder,
    );
    await node.start();
  });
  after(async () => {
    await (node as NodeProcess | undefined)?.remove();
    for (const one of [pacs, web] as (Orthanc | undefined)[]) await one?.remove();
    for (const one of [picky, scanner] as (Receiver | undefined)[]) await one?.close();
  });

  const octriage = (...args: string[]) =>
    run(process.execPath, [MAIN, ...args], {
      cwd: node.folder,
      env: {
        ...cleanEnvironment(),
        OCTRIAGE_DATA_DIR: join(node.folder, 'data'),
        OCTRIAGE_TABLES: tables,
      },
    });
  interface Listed {
    readonly deadLetters: { destination: string; cause: string; count: number }[];
    readonly open: { destination: string; verification: string; id: number }[];
  }
  const listed = async () =>
    JSON.parse((await octriage('deliveries', 'list', '--json')).stdout) as Listed;
  const count = async (orthanc: Orthanc) => (await orthanc.get<unknown[]>('/instances')).length;

  it('route explains what goes where and why', async () => {
    const files = writeOptFiles(
      join(node.folder, 'scans'),
      Array.from({ length: scans }, (_, index) => ({
        dress: 'heidelberg-spectralis' as const,
        size: { frames: 7, rows: 248, columns: 256 },
        phantom: { seed: index + 1, laterality: 'R' as const, pathologies: [], landmark: true },
      })),
    );
    file = files[0]!.path;
    const { stdout } = await octriage('route', file, '--from', 'SCANNER1', '--decision', 'urgent');
    expect(stdout).to.match(/^PACS: segmentation, report because it gets the results of every/m);
    expect(stdout).to.match(/^PICKY: .* because Manufacturer is like 'heidelberg\*'$/m);
    expect(stdout).to.match(/^BACK@SCANNER1: enhanced-report because it was sent by SCANNER1$/m);
  });

  it('R24, R28, R29, R34: each gets what it takes exactly once, and the states say what happened', async () => {
    const to = `OCTRIAGE@127.0.0.1:${node.dimsePort}`;
    const folder = join(node.folder, 'scans');
    const sent = await octriage('send', folder, '--to', to, '--from', 'SCANNER1');
    expect(sent.code, sent.stderr).to.equal(0);
    // The PACS is down; the others are served.
    const others = async () =>
      (await count(web)) === scans &&
      [picky, scanner].every(({ received }) => received.length === scans);
    await node.waitUntil('delivered to the others', others, 90);
    // One by its fallback, the other by its own kind.
    for (const { received } of [picky, scanner]) {
      expect(received.map((one) => one.sopClassUid)).to.deep.equal(
        Array(scans).fill(enhancedSr.uid),
      );
    }

    await pacs.start();
    await node.waitUntil('delivered to the PACS', async () => (await count(pacs)) === scans, 60);
    const settled = async () => {
      const { open } = await listed();
      return open.every(({ destination }) => destination === 'NOBODY');
    };
    await node.waitUntil('on record', settled, 30);
    const { deadLetters, open } = await listed();
    expect(deadLetters).to.have.length(1);
    expect(deadLetters[0]).to.include({ destination: 'REFUSES', cause: 'OCT_DIMSE_NO_CONTEXT' });
    expect(deadLetters[0]).to.include({ count: scans });
    expect(open).to.have.length(scans);
    expect(node.output).to.contain('destination does not answer: one study at a time tries it');
  });

  it('R32, R33: an operator replays a group and cancels, while the node runs', async () => {
    const list = await octriage('deliveries');
    expect(list.stdout).to.contain(`failed: ${scans} report (Comprehensive 3D SR Storage)`);
    expect(list.stdout).to.contain('the peer accepted no context');
    const replay = await octriage('deliveries', 'replay', '--destination', 'REFUSES');
    expect(replay.stdout).to.contain(`${scans} are delivered again`);
    // Refused again, for the same reason: the node has taken it up.
    const back = async () => (await listed()).deadLetters[0]?.count === scans;
    await node.waitUntil('failed again', back, 30);
    const cancel = await octriage('deliveries', 'cancel', '--all');
    expect(cancel.stdout).to.contain(`${2 * scans} are cancelled`);
    expect(await listed()).to.deep.equal({ deadLetters: [], open: [] });
    expect((await octriage('deliveries', 'replay', '--all')).code).to.equal(1);
    expect((await octriage('deliveries', 'replay')).code).to.equal(2);
    expect(await count(web)).to.equal(scans);
    expect(picky.received).to.have.length(scans);
  });
});
