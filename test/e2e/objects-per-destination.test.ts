import { expect } from 'chai';
import { join } from 'node:path';

import { startReceiver, type Receiver } from '../../fixtures/demo/receiver.js';
import { NodeProcess } from '../../fixtures/node-process.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { SOP_CLASSES } from '../../src/dicom/uids.js';
import { MAIN } from '../support/main.js';
import { run } from '../support/run.js';

const { comprehensive3dSr, enhancedSr } = SOP_CLASSES;

describe('objects for each destination', function () {
  this.timeout(120_000);
  let node: NodeProcess;
  const receivers: Receiver[] = [];

  before(async () => {
    node = await NodeProcess.prepare();
    for (const name of ['PACS', 'LAB'])
      receivers.push(await startReceiver(name, join(node.folder, name)));
    const [pacs, lab] = receivers.map(({ port }) => `127.0.0.1:${String(port)}`);
    const kinds = 'label-map+enhanced-report';
    node = await NodeProcess.prepare(
      { OCTRIAGE_DESTINATIONS: `PACS=PACS@${pacs!},LAB=LAB@${lab!}?objects=${kinds}` },
      node.folder,
    );
    await node.start();
  });
  after(async () => {
    for (const receiver of receivers) await receiver.close();
    await node.remove();
  });

  // Seven frames are too few to be read: 'not assessed' takes a second, and its reports are what there is to send.
  it('one gets the report as ever, the other what it names', async () => {
    const [file] = writeOptFiles(join(node.folder, 'scans'), [
      {
        dress: 'heidelberg-spectralis',
        size: { frames: 7, rows: 248, columns: 256 },
        phantom: { seed: 4, laterality: 'R', pathologies: [], landmark: true },
      },
    ]);
    const to = `OCTRIAGE@127.0.0.1:${String(node.dimsePort)}`;
    const sent = await run(process.execPath, [MAIN, 'send', file!.path, '--to', to]);
    expect(sent.code, sent.stderr).to.equal(0);
    const done = () => Promise.resolve(receivers.every(({ received }) => received.length > 0));
    await node.waitUntil('delivered', done, 60);
    const classes = receivers.map(({ received }) => received.map(({ sopClassUid }) => sopClassUid));
    expect(classes).to.deep.equal([[comprehensive3dSr.uid], [enhancedSr.uid]]);
  });
});
