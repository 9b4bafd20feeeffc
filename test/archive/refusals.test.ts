import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { SOP_CLASSES, TRANSFER_SYNTAXES } from '../../src/dicom/uids.js';
import { DataSet } from '../../src/dicom/data-set.js';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import type { Archive } from '../../src/archive/archive.js';
import { RECEPTION_STATUSES } from '../../src/archive/reception-status.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive, optDataSet, request, send, sendObject } from './objects.js';

const JPEG = TRANSFER_SYNTAXES.jpegBaseline.uid;
const item = (bytes: Buffer) => {
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
};
const fragments = Buffer.concat([
  item(Buffer.alloc(0)),
  item(Buffer.alloc(100, 1)),
  item(Buffer.alloc(60, 2)),
]);

describe('archive: what it refuses', () => {
  const folder = temporaryFolder();
  let archive: Archive;

  before(() => {
    archive = openTestArchive(folder('data'));
  });
  after(() => archive.close());

  async function expectQuarantined(
    dataSet: DataSet,
    bytes: Uint8Array,
    status: number,
    ts?: string,
  ) {
    const before = readdirSync(archive.folder.folder('quarantine')).length;
    const outcome = await send(archive, request(dataSet, ts), bytes);
    expect(outcome.status.toString(16)).to.equal(status.toString(16));
    expect(outcome.comment).to.be.a('string').and.not.equal('');
    expect(outcome.instance).to.equal(undefined);
    const uid = dataSet.text('SOPInstanceUID')!;
    expect(await archive.instances.find(uid)).to.equal(undefined);
    expect(readdirSync(archive.folder.folder('quarantine'))).to.have.length(before + 1);
    const event = (await archive.events.timeline(uid)).at(-1);
    expect(event?.what).to.equal('quarantined');
    expect(JSON.stringify(event)).to.not.include('Canary');
  }

  it('a native data set cut off anywhere within its pixels or its header', async () => {
    const bytes = encodeDataSet(optDataSet('probe'));
    const cuts = [0, 1, 7, 60, 150, bytes.length - 145, bytes.length - 144, bytes.length - 1];
    for (const cut of cuts) {
      const dataSet = optDataSet(`cut at ${cut}`);
      const whole = encodeDataSet(dataSet);
      await expectQuarantined(dataSet, whole.subarray(0, cut), RECEPTION_STATUSES.truncated.status);
    }
  });

  it('pixels that do not fill the image matrix', async () => {
    const short = optDataSet('short', 1, { PixelData: new Uint8Array(100) });
    await expectQuarantined(short, encodeDataSet(short), RECEPTION_STATUSES.truncated.status);
    const long = optDataSet('long', 1, { PixelData: new Uint8Array(200) });
    await expectQuarantined(long, encodeDataSet(long), RECEPTION_STATUSES.pixelDataLength.status);
  });

  it('an element cut off behind the pixels, but not a whole one', async () => {
    const whole = optDataSet('padded', 1, { DataSetTrailingPadding: new Uint8Array(20) });
    const bytes = encodeDataSet(whole);
    await expectQuarantined(
      whole,
      bytes.subarray(0, bytes.length - 3),
      RECEPTION_STATUSES.truncated.status,
    );
    expect((await send(archive, request(whole), bytes)).status).to.equal(0);
  });

  it('fragments that do not reach the sequence delimiter', async () => {
    const dataSet = optDataSet('fragments', 1, { PixelData: fragments });
    const bytes = encodeDataSet(dataSet, JPEG);
    for (const missing of [1, 8, 9, 68, 69, 100]) {
      const cut = bytes.subarray(0, bytes.length - missing);
      await expectQuarantined(dataSet, cut, RECEPTION_STATUSES.truncated.status, JPEG);
    }
    expect((await send(archive, request(dataSet, JPEG), bytes)).status).to.equal(0);
  });

  it('a data set that is another one than the command says', async () => {
    const dataSet = optDataSet('inside');
    const bytes = encodeDataSet(dataSet);
    const outside = optDataSet('outside');
    await expectQuarantined(outside, bytes, RECEPTION_STATUSES.sopInstanceMismatch.status);
    const otherClass = optDataSet('inside', 7, { SOPClassUID: SOP_CLASSES.secondaryCapture.uid });
    await expectQuarantined(otherClass, bytes, RECEPTION_STATUSES.sopClassMismatch.status);
  });

  it('a data set without study or series', async () => {
    const dataSet = optDataSet('no study');
    dataSet.delete('StudyInstanceUID');
    await expectQuarantined(dataSet, encodeDataSet(dataSet), RECEPTION_STATUSES.illegalUid.status);
  });

  it('bytes that are no data set', async () => {
    const dataSet = optDataSet('noise');
    const noise = Buffer.alloc(4096, 0xa5);
    const outcome = await send(archive, request(dataSet), noise);
    expect(outcome.status & 0xfff0).to.equal(0xc000);
  });

  it('R7: anything while the disk is below its watermark, and takes it again when there is room', async () => {
    let free = 50;
    const small = openTestArchive(folder('small'), {
      minimumFreeBytes: 100,
      freeBytes: () => Promise.resolve(free),
    });
    try {
      const dataSet = optDataSet('no room');
      const refused = await sendObject(small, dataSet);
      expect(refused.status).to.equal(0xa700);
      expect(readdirSync(small.folder.folder('incoming'))).to.deep.equal([]);
      free = 1_000_000;
      expect((await sendObject(small, dataSet)).status).to.equal(0);
    } finally {
      await small.close();
    }
  });

  it('R7: an object during which the disk fills up', async () => {
    let asked = 0;
    const small = openTestArchive(folder('filling'), {
      minimumFreeBytes: 100,
      freeBytes: () => Promise.resolve((asked += 1) === 1 ? 1e9 : 99),
    });
    try {
      const reception = await small.receive(request(optDataSet('filling')));
      const chunk = new Uint8Array(1024 * 1024);
      for (let mebibytes = 0; mebibytes < 70; mebibytes += 1) await reception.write([chunk]);
      expect((await reception.finish()).status).to.equal(0xa700);
      expect(readdirSync(small.folder.folder('incoming'))).to.deep.equal([]);
    } finally {
      await small.close();
    }
  });

  it('has an Error Comment for each status that fits into one', () => {
    for (const { comment } of Object.values(RECEPTION_STATUSES)) {
      expect(comment.length).to.be.at.most(64);
    }
  });
});
