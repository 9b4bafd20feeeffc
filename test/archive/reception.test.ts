import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { readPart10Header } from '../../src/dicom/part10.js';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import type { Archive } from '../../src/archive/archive.js';
import { requireTool } from '../support/tools.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive, optDataSet, request, send, sendObject } from './objects.js';

describe('archive: reception', () => {
  const folder = temporaryFolder();
  let archive: Archive;

  before(() => {
    archive = openTestArchive(folder('data'));
  });
  after(() => archive.close());

  const incoming = () => readdirSync(archive.folder.folder('incoming'));

  for (const chunkLength of [1, 97, 1_000_000]) {
    it(`keeps the data set byte for byte, in chunks of ${chunkLength}`, async () => {
      const dataSet = optDataSet(`chunks ${chunkLength}`);
      const bytes = encodeDataSet(dataSet);
      const outcome = await send(archive, request(dataSet), bytes, chunkLength);
      expect(outcome).to.include({ status: 0, duplicate: false });
      const { instance } = outcome;
      const { dataSetOffset } = await readPart10Header(instance!.path);
      expect(readFileSync(instance!.path).subarray(dataSetOffset).equals(bytes)).to.equal(true);
      expect(instance).to.deep.include({
        digest: createHash('sha256').update(bytes).digest('hex'),
        byteLength: bytes.length,
        callingAeTitle: 'SCANNER',
      });
      expect(await archive.instances.find(instance!.sopInstanceUid)).to.deep.equal(instance);
      expect(incoming()).to.deep.equal([]);
    });
  }

  it('keeps an object larger than its buffers byte for byte', async () => {
    const frames = 40;
    const pixels = Buffer.alloc(frames * 256 * 256);
    for (let at = 0; at < pixels.length; at += 1) pixels[at] = (at * 31 + (at >> 8)) & 0xff;
    const dataSet = optDataSet('large', 0, {
      NumberOfFrames: frames,
      Rows: 256,
      Columns: 256,
      PixelData: pixels,
    });
    const bytes = encodeDataSet(dataSet);
    const { status, instance } = await send(archive, request(dataSet), bytes, 16_370);
    expect(status).to.equal(0);
    const { dataSetOffset } = await readPart10Header(instance!.path);
    expect(readFileSync(instance!.path).subarray(dataSetOffset).equals(bytes)).to.equal(true);
  });

  it('writes a Part 10 file that dcmtk reads', async function () {
    requireTool(this, 'dcmdump');
    const { instance } = await sendObject(archive, optDataSet('dcmtk'));
    const dump = spawnSync('dcmdump', ['+L', instance!.path], { encoding: 'utf8' });
    expect(dump.status, dump.stderr).to.equal(0);
    expect(dump.stdout).to.include(instance!.sopInstanceUid).and.include('[SCANNER]');
  });

  it('R3: answers success to the same content again, and does nothing', async () => {
    const dataSet = optDataSet('again');
    const first = await sendObject(archive, dataSet);
    const second = await sendObject(archive, dataSet);
    expect(second).to.include({ status: 0, duplicate: true });
    expect(second.instance).to.deep.equal(first.instance);
    const events = await archive.events.timeline(first.instance!.sopInstanceUid);
    expect(events.map(({ what }) => what)).to.deep.equal(['received', 'duplicate']);
  });

  it('R3: refuses other content under a known UID, keeps both digests on record and the bytes aside', async () => {
    const first = await sendObject(archive, optDataSet('conflict', 1));
    const kept = readFileSync(first.instance!.path);
    const other = await sendObject(archive, optDataSet('conflict', 2));
    expect(other.status).to.equal(0xc010);
    expect(other.instance).to.equal(undefined);
    expect(readFileSync(first.instance!.path).equals(kept)).to.equal(true);
    const event = (await archive.events.timeline(first.instance!.sopInstanceUid)).at(-1);
    expect(event?.what).to.equal('conflict');
    expect(event?.detail?.['storedDigest']).to.equal(first.instance!.digest);
    expect(event?.detail?.['digest']).to.match(/^[0-9a-f]{64}$/);
    const aside = archive.folder.absolute(String(event?.detail?.['file']));
    expect(readFileSync(aside).includes(Buffer.alloc(144, 2))).to.equal(true);
  });

  it('keeps nothing of a transfer that was abandoned, and says so', async () => {
    const dataSet = optDataSet('abandoned');
    const reception = await archive.receive(request(dataSet));
    await reception.write([encodeDataSet(dataSet).subarray(0, 200)]);
    expect(incoming()).to.have.length(1);
    await reception.abandon('peer aborted');
    expect(incoming()).to.deep.equal([]);
    const uid = dataSet.text('SOPInstanceUID')!;
    expect(await archive.instances.find(uid)).to.equal(undefined);
    expect((await archive.events.timeline(uid)).map(({ what }) => what)).to.deep.equal([
      'abandoned',
    ]);
  });

  it('R37: takes no path from a UID', async () => {
    const evil = { ...request(optDataSet('evil')), sopInstanceUid: '../../../evil' };
    const outcome = await send(archive, evil, encodeDataSet(optDataSet('evil')));
    expect(outcome.status).to.equal(0xc003);
    expect(incoming()).to.deep.equal([]);
  });
});
