import { expect } from 'chai';

import type { Archive } from '../../src/archive/archive.js';
import { RESULT_KIND_NAMES, type ResultKind } from '../../src/values/result-kinds.js';
import type { ClaimedWorkitem } from '../../src/values/workitem.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive, optDataSet, resultObject, scheduleScan, sendObject } from './objects.js';

describe('archive: kinds of results', () => {
  const folder = temporaryFolder();
  let archive: Archive;
  let run = 0;

  beforeEach(() => {
    archive = openTestArchive(folder(`data ${String((run += 1))}`));
  });
  afterEach(() => archive.close());

  async function complete(
    item: ClaimedWorkitem,
    kinds: readonly ResultKind[],
    takes: Readonly<Record<string, readonly ResultKind[]>> = {},
  ) {
    const results = [];
    for (const kind of kinds) {
      results.push(await archive.results.admit(resultObject(`${item.workitemUid} ${kind}`, kind)));
    }
    await archive.workitems.complete(item, {
      results,
      destinations: Object.keys(takes),
      takes: (destination, kind) => takes[destination]!.includes(kind),
    });
    return results;
  }

  const claim = async () => (await archive.workitems.claim({ owner: 'w', leaseMs: 1000 }))!;

  /** A late instance makes the next revision of a scan. */
  async function revise(item: ClaimedWorkitem): Promise<void> {
    const { instance } = await sendObject(archive, optDataSet('late'));
    const instances = [...item.acquisition.instances, instance!];
    await archive.acquisitions.recordGroup({ ...item.acquisition, instances }, 'late');
  }

  it('each destination is sent the kinds that it takes, in their order', async () => {
    await scheduleScan(archive, 'scan');
    const item = await claim();
    const made = await complete(item, RESULT_KIND_NAMES, {
      PACS: ['segmentation', 'report'],
      RESEARCH: ['label-map', 'height-map'],
    });
    const kindOf = new Map(made.map(({ sopInstanceUid, kind }) => [sopInstanceUid, kind]));
    const sent = await archive.outbox.list(item.acquisition.studyInstanceUid);
    expect(
      sent.map(({ destination, sopInstanceUid }) => `${destination} ${kindOf.get(sopInstanceUid)}`),
    ).to.deep.equal([
      'PACS segmentation',
      'PACS report',
      'RESEARCH label-map',
      'RESEARCH height-map',
    ]);
  });

  it('the results of a workitem come in the order in which they are sent', async () => {
    await scheduleScan(archive, 'scan');
    const item = await claim();
    await complete(item, RESULT_KIND_NAMES);
    const stored = await archive.results.ofWorkitem(item.workitemUid);
    expect(stored.map(({ kind }) => kind)).to.deep.equal([...RESULT_KIND_NAMES]);
  });

  it('the first reading of a scan follows nothing, and no other scan', async () => {
    await scheduleScan(archive, 'one');
    await complete(await claim(), ['report']);
    await scheduleScan(archive, 'other');
    expect(await archive.results.predecessors(await claim())).to.deep.equal([]);
  });

  it('a revised reading follows the reports before it, and only the last of them', async () => {
    await scheduleScan(archive, 'scan');
    const first = await claim();
    const made = await complete(first, ['segmentation', 'report', 'enhanced-report']);
    await revise(first);
    const second = await claim();
    expect(second.acquisition.revision).to.equal(2);
    const found = await archive.results.predecessors(second);
    const expected = made.filter(({ kind }) => kind !== 'segmentation');
    expect(found.map(({ kind, sopInstanceUid }) => [kind, sopInstanceUid])).to.have.deep.members(
      expected.map(({ kind, sopInstanceUid }) => [kind, sopInstanceUid]),
    );
    expect(await archive.results.predecessors(first), 'the first still follows none').to.deep.equal(
      [],
    );
  });
});
