import { expect } from 'chai';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { freePort } from '../../fixtures/free-port.js';
import { NodeProcess } from '../../fixtures/node-process.js';
import { Orthanc } from '../support/orthanc.js';
import { storescu } from '../support/storescu.js';
import { requireTool } from '../support/tools.js';

describe('a destination that is down', function () {
  this.timeout(120_000);
  let pacs: Orthanc;
  let other: Orthanc;
  let node: NodeProcess;

  before(async function () {
    requireTool(this, 'storescu', 'Orthanc');
    pacs = await Orthanc.prepare();
    other = await Orthanc.prepare();
    await other.start();
    node = await NodeProcess.prepare({
      OCTRIAGE_DESTINATIONS: [
        `PACS=${Orthanc.aeTitle}@127.0.0.1:${pacs.dicomPort}`,
        `OTHER=${Orthanc.aeTitle}@127.0.0.1:${other.dicomPort}`,
        `NOBODY=NOBODY@127.0.0.1:${await freePort()}`,
      ].join(','),
    });
    await node.start();
  });

  after(async () => {
    // A skipped `before` has made none of them.
    await (node as NodeProcess | undefined)?.remove();
    await (pacs as Orthanc | undefined)?.remove();
    await (other as Orthanc | undefined)?.remove();
  });

  const count = async (orthanc: Orthanc) => (await orthanc.get<unknown[]>('/instances')).length;

  it('R28, R29: delays no other one, and gets its objects when it is back, over a restart of the node', async () => {
    const [file] = writeOptFiles(node.folder, [
      {
        dress: 'topcon-maestro2',
        phantom: { seed: 5, laterality: 'L', pathologies: [], landmark: true },
      },
    ]);
    if (file === undefined) throw new Error('no file');
    expect(await storescu(node.dimsePort, file.path)).to.be.true;
    await node.waitUntil('delivered to the other', async () => (await count(other)) === 2, 60);

    expect(await node.stop(), 'a stop in order').to.equal(0);
    await node.start();
    await pacs.start();
    await node.waitUntil('delivered to the PACS', async () => (await count(pacs)) === 2, 30);
    expect(await count(other), 'and not repeated').to.equal(2);
  });
});
