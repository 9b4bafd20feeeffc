import { expect } from 'chai';
import { deterministicUid } from '../../src/dicom/uid.js';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import type { Archive } from '../../src/archive/archive.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive, optDataSet, request, send } from './objects.js';

describe('archive: whose scan is read next', () => {
  const folder = temporaryFolder();
  let archive: Archive;
  let clock = Date.parse('2026-01-01T00:00:00Z');
  let run = 0;

  beforeEach(() => {
    archive = openTestArchive(folder(`data ${String(run++)}`), { now: () => clock++ });
  });
  afterEach(() => archive.close());

  async function schedule(callingAeTitle: string, name: string): Promise<string> {
    const dataSet = optDataSet(name);
    const about = { ...request(dataSet), callingAeTitle };
    const { instance } = await send(archive, about, encodeDataSet(dataSet));
    const uid = await archive.acquisitions.record(instance!.sopInstanceUid, {
      kind: 'acquisition',
      reason: 'test',
      acquisition: {
        id: deterministicUid('test acquisition', name),
        studyInstanceUid: instance!.studyInstanceUid,
        instances: [instance!],
        completeBecause: 'all-frames-in-one-object',
        revision: 1,
      },
    });
    return uid!;
  }
  const next = async () =>
    (await archive.workitems.claim({ owner: 'w', leaseMs: 1e6 }))?.workitemUid;

  it('a device that sends many at once does not keep another waiting', async () => {
    const many = [];
    for (let i = 0; i < 4; i++) many.push(await schedule('SPECTRALIS', `many ${String(i)}`));
    const single = await schedule('MAESTRO', 'single');
    const second = await schedule('MAESTRO', 'second');
    const order = [];
    for (let i = 0; i < 7; i++) order.push(await next());
    expect(order.slice(0, 4)).to.have.members([many[0], single, many[1], second]);
    expect(order.slice(4)).to.deep.equal([many[2], many[3], undefined]);
  });

  it('one that is prioritised goes before all others, and only then', async () => {
    await schedule('A', 'first');
    await schedule('B', 'second');
    const urgent = await schedule('A', 'third');
    await archive.workitems.prioritise(urgent, 1, 'an operator said so');
    expect(await next()).to.equal(urgent);
    expect(await archive.workitemView.find(urgent)).to.include({ priority: 1, device: 'A' });
  });

  it('a workitem that has ended cannot be prioritised', async () => {
    const uid = await schedule('A', 'ended');
    await archive.workitems.cancel(uid, 'not wanted');
    const error: unknown = await archive.workitems
      .prioritise(uid, 1, 'too late')
      .catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'OCT_WORKITEM_STATE');
  });
});
