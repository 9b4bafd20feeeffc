import { expect } from 'chai';
import { join } from 'node:path';

import { startReceiver, type Receiver } from '../../fixtures/demo/receiver.js';
import { NodeProcess } from '../../fixtures/node-process.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { SOP_CLASSES } from '../../src/dicom/uids.js';
import { MAIN } from '../support/main.js';
import { run } from '../support/run.js';

const { segmentation, comprehensive3dSr, enhancedSr, labelMapSegmentation, heightMapSegmentation } =
  SOP_CLASSES;

describe('objects for each destination', function () {
  this.timeout(120_000);
  let node: NodeProcess;
  const receivers: Receiver[] = [];

  before(async () => {
    node = await NodeProcess.prepare();
    for (const name of ['PACS', 'LAB'])
      receivers.push(await startReceiver(name, join(node.folder, name)));
    const [pacs, lab] = receivers.map(({ port }) => `127.0.0.1:${String(port)}`);
    const kinds = 'label-map+height-map+enhanced-report';
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

  it('one gets segmentation and report as ever, the other what it names', async () => {
    const [file] = writeOptFiles(join(node.folder, 'scans'), [
      {
        dress: 'heidelberg-spectralis',
        size: { frames: 49, rows: 248, columns: 256 },
        phantom: { seed: 4, laterality: 'R', pathologies: [], landmark: true },
      },
    ]);
    const to = `OCTRIAGE@127.0.0.1:${String(node.dimsePort)}`;
    const sent = await run(process.execPath, [MAIN, 'send', file!.path, '--to', to]);
    expect(sent.code, sent.stderr).to.equal(0);
    const done = () =>
      Promise.resolve(receivers[0]!.received.length >= 2 && receivers[1]!.received.length >= 3);
    await node.waitUntil('delivered', done, 60);
    const classes = receivers.map(({ received }) => received.map(({ sopClassUid }) => sopClassUid));
    expect(classes[0]).to.deep.equal([segmentation.uid, comprehensive3dSr.uid]);
    expect(classes[1]).to.deep.equal([
      labelMapSegmentation.uid,
      heightMapSegmentation.uid,
      enhancedSr.uid,
    ]);
  });
});
