import { expect } from 'chai';
import { join } from 'node:path';
import { openArchive } from '../../src/archive/archive.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { Random } from '../../fixtures/phantom/random.js';
import { NodeProcess } from '../../fixtures/node-process.js';
import { Orthanc } from '../support/orthanc.js';
import { storescu } from '../support/storescu.js';
import { requireTool } from '../support/tools.js';

const VOLUMES = 20;
const KILLS = 10;
/** Objects that a known device's scan becomes: Segmentation and report. */
const OBJECTS_PER_VOLUME = 2;

describe('R1: kill -9 at ten random moments of a 20-volume run', function () {
  this.timeout(300_000);
  let pacs: Orthanc;
  let node: NodeProcess;

  before(async function () {
    requireTool(this, 'storescu', 'Orthanc');
    pacs = await Orthanc.prepare();
    await pacs.start();
    node = await NodeProcess.prepare({
      OCTRIAGE_DESTINATIONS: `PACS=${Orthanc.aeTitle}@127.0.0.1:${pacs.dicomPort}`,
    });
  });

  after(async () => {
    // A skipped `before` has made neither.
    await (node as NodeProcess | undefined)?.remove();
    await (pacs as Orthanc | undefined)?.remove();
  });

  it('loses nothing that was acknowledged, finishes what was begun, once', async () => {
    const random = new Random(Date.now(), 'kill');
    const files = writeOptFiles(
      node.folder,
      Array.from({ length: VOLUMES }, (_, seed) => ({
        dress: 'heidelberg-spectralis' as const,
        phantom: { seed, laterality: 'R' as const, pathologies: [], landmark: true },
      })),
    );
    await node.start();

    // As a scanner does: each volume until it is acknowledged.
    const sending = (async () => {
      for (const { path } of files) {
        while (!(await storescu(node.dimsePort, path))) await pause(100);
        await pause(random.uniform(0, 300));
      }
    })();
    for (let kill = 0; kill < KILLS; kill++) {
      await pause(random.uniform(50, 1500));
      await node.kill();
      await node.start();
    }
    await sending;

    const expected = VOLUMES * OBJECTS_PER_VOLUME;
    const count = async () => (await pacs.get<unknown[]>('/instances')).length;
    await node.waitUntil('delivered', async () => (await count()) >= expected, 120);
    // Time for a second set to show, if there were one.
    await pause(2000);
    const instances = await pacs.instances();
    expect(instances, 'no more and no fewer objects').to.have.length(expected);
    const studies = new Map<unknown, number>();
    for (const { tags } of instances) {
      studies.set(tags['StudyInstanceUID'], (studies.get(tags['StudyInstanceUID']) ?? 0) + 1);
    }
    expect([...studies.keys()]).to.have.members(files.map(({ uids }) => uids.study));
    expect([...studies.values()].every((objects) => objects === OBJECTS_PER_VOLUME)).to.be.true;

    // Orthanc hides a second delivery of one UID; the ledger does not.
    expect(await node.stop(), 'a stop in order').to.equal(0);
    const archive = openArchive({
      dataDir: join(node.folder, 'data'),
      minimumFreeBytes: 0,
      maxAttempts: 1,
    });
    try {
      const { COMPLETED, ...open } = await archive.workitemView.counts();
      expect(COMPLETED).to.equal(VOLUMES);
      expect(Object.values(open).every((number) => number === 0)).to.be.true;
      const deliveries = await archive.outbox.list();
      expect(deliveries.map(({ state }) => state)).to.deep.equal(
        new Array<string>(expected).fill('delivered'),
      );
      expect(deliveries.map(({ sopInstanceUid }) => sopInstanceUid)).to.have.members(
        instances.map(({ sopInstanceUid }) => sopInstanceUid),
      );
    } finally {
      await archive.close();
    }
  });
});

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
