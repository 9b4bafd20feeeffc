import { expect } from 'chai';
import { readPart10Header } from '../../src/dicom/part10.js';
import { Assembler } from '../../src/assembly/assembler.js';
import { assemblyPorts } from '../../src/joints/assembly-ports.js';
import type { Archive } from '../../src/archive/archive.js';
import { openTestArchive, optDataSet, sendObject } from '../archive/objects.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('assembly: on the archive', () => {
  const folder = temporaryFolder();
  let archive: Archive;
  let assembler: Assembler;
  const unreadable = new Set<string>();
  const told: string[] = [];

  before(() => {
    archive = openTestArchive(folder('data'));
    assembler = new Assembler({
      ...assemblyPorts(archive, {
        expectedFrames: () => undefined,
        surroundings: () => ({
          now: Date.now(),
          quietTime: 60_000,
          isSending: () => false,
          wasReleased: () => false,
        }),
      }),
      unassembled: () => archive.instances.unassembled(2),
      readHeader: async (path) => {
        if (unreadable.has(path)) throw new Error('gone');
        return (await readPart10Header(path)).dataSet;
      },
      ownManufacturer: 'OCTriage',
      onUnreadable: (uid) => told.push(uid),
    });
  });
  after(() => archive.close());

  it('decides upon everything that waits, page by page, and makes each workitem once', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await sendObject(archive, optDataSet(name));
    const single = optDataSet('f', 1, {
      NumberOfFrames: 1,
      PixelData: new Uint8Array(48),
    });
    await sendObject(archive, single);
    expect(await assembler.run()).to.equal(5);
    expect(await assembler.run()).to.equal(0);
    expect((await archive.workitemView.counts()).SCHEDULED).to.equal(5);
    const state = await archive.instances.assemblyOf(single.text('SOPInstanceUID')!);
    expect(state?.state).to.equal('incomplete');
    expect(state?.reason).to.include('a volume has more');
  });

  it('misses nothing that comes in while it runs', async () => {
    const sends = Array.from({ length: 12 }, async (_, index) => {
      const { instance } = await sendObject(archive, optDataSet(`stream ${index}`));
      await assembler.run();
      const state = await archive.instances.assemblyOf(instance!.sopInstanceUid);
      expect(state?.state).to.equal('assembled');
    });
    await Promise.all(sends);
  });

  it('R11: one file that cannot be read does not keep the others waiting', async () => {
    const bad = await sendObject(archive, optDataSet('bad'));
    unreadable.add(bad.instance!.path);
    const good = await sendObject(archive, optDataSet('good'));
    expect(await assembler.run()).to.equal(1);
    const stateOf = async (uid: string) => (await archive.instances.assemblyOf(uid))?.state;
    expect(await stateOf(bad.instance!.sopInstanceUid)).to.equal('pending');
    expect(told).to.include(bad.instance!.sopInstanceUid);
    expect(await stateOf(good.instance!.sopInstanceUid)).to.equal('assembled');

    unreadable.clear();
    expect(await assembler.run(), 'decided upon once it can be read').to.equal(1);
  });
});
