import { expect } from 'chai';
import { makeOptFile, type OptFile } from '../../fixtures/opt/opt-file.js';
import { splitFile } from '../../fixtures/opt/split.js';
import type { Archive } from '../../src/archive/archive.js';
import { assemblyPorts } from '../../src/joints/assembly-ports.js';
import { Assembler } from '../../src/assembly/assembler.js';
import { DataSet } from '../../src/dicom/data-set.js';
import { SOP_CLASSES } from '../../src/dicom/uids.js';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import { openTestArchive, optDataSet, request, send, sendObject } from '../archive/objects.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const QUIET = 10_000;

describe('assembly: scans that come in parts', function () {
  this.timeout(20_000);
  const folder = temporaryFolder();
  let archive: Archive;
  let assembler: Assembler;
  let clock: number;
  let sending: boolean;
  let released: Set<string>;
  let expected: number | undefined;
  let file: OptFile;
  let run = 0;

  beforeEach(() => {
    run += 1;
    clock = Date.parse('2026-01-01T00:00:00Z');
    sending = true;
    released = new Set();
    expected = undefined;
    archive = openTestArchive(folder(`data ${run}`), { now: () => clock });
    assembler = makeAssembler();
    const phantom = { seed: run, laterality: 'R', pathologies: [] } as const;
    file = makeOptFile({ dress: 'topcon-3doct2000', phantom });
  });
  afterEach(() => archive.close());

  const makeAssembler = () =>
    new Assembler(
      assemblyPorts(archive, {
        expectedFrames: () => expected,
        surroundings: () => ({
          now: clock,
          quietTime: QUIET,
          isSending: () => sending,
          wasReleased: (id) => released.has(id),
        }),
      }),
    );

  async function receive(dataSet: DataSet, associationId = 'one'): Promise<number> {
    clock += 10;
    const about = { ...request(dataSet), associationId };
    await send(archive, about, encodeDataSet(dataSet), 100_000);
    return assembler.run();
  }

  async function receiveAll(parts: readonly { dataSet: DataSet }[]): Promise<number> {
    let made = 0;
    for (const { dataSet } of parts) made += await receive(dataSet);
    return made;
  }

  const requestCommitment = (transactionUid: string, parts: readonly { dataSet: DataSet }[]) =>
    archive.commitmentRequests.take(
      {
        transactionUid,
        instances: parts.map(({ dataSet }) => ({
          sopClassUid: dataSet.text('SOPClassUID')!,
          sopInstanceUid: dataSet.text('SOPInstanceUID')!,
        })),
      },
      { callingAeTitle: 'SCANNER', calledAeTitle: 'OCTRIAGE', associationId: 'one' },
      clock,
    );

  const reasonOf = async ({ dataSet }: { dataSet: DataSet }) =>
    (await archive.instances.assemblyOf(dataSet.text('SOPInstanceUID')!))?.reason;
  const claim = () => archive.workitems.claim({ owner: 'test', leaseMs: 60_000 });

  it('a concatenation is complete with its last member, in whatever order, and at once', async () => {
    const parts = splitFile(file.bytes, 'concatenation', 5);
    expect(parts).to.have.length(3);
    expect(await receiveAll([parts[2]!, parts[0]!])).to.equal(0);
    expect(await receive(parts[1]!.dataSet)).to.equal(1);
    const acquisition = (await claim())!.acquisition;
    expect(acquisition).to.include({ completeBecause: 'concatenation-complete', revision: 1 });
    expect(acquisition.instances.map(({ sopInstanceUid }) => sopInstanceUid)).to.deep.equal(
      parts.map(({ dataSet }) => dataSet.text('SOPInstanceUID')),
    );
    expect(await reasonOf(parts[0]!)).to.equal('all 3 parts of the concatenation');
  });

  it('single frames are complete when the profile’s count is reached', async () => {
    expected = 12;
    const parts = splitFile(file.bytes, 'single frames');
    expect(await receiveAll(parts.slice(1))).to.equal(0);
    expect(await receive(parts[0]!.dataSet)).to.equal(1);
    expect((await claim())!.acquisition).to.include({ completeBecause: 'expected-frames' });
  });

  it('R9: never while the sender has an association open; its release is a hint', async () => {
    const parts = splitFile(file.bytes, 'single frames');
    expect(await receiveAll(parts)).to.equal(0);
    clock += 100 * QUIET;
    expect(await assembler.run(), 'open').to.equal(0);
    expect(await reasonOf(parts[0]!)).to.include("the sender's association is open");
    released.add('one');
    sending = false;
    expect(await assembler.run()).to.equal(1);
    expect((await claim())!.acquisition).to.include({ completeBecause: 'association-released' });
  });

  it('a commitment request for all parts is a hint too, and none for some of them', async () => {
    const parts = splitFile(file.bytes, 'single frames');
    await receiveAll(parts);
    sending = false;
    await requestCommitment('2.25.1', parts.slice(1));
    expect(await assembler.run()).to.equal(0);
    await requestCommitment('2.25.2', parts.slice(0, 1));
    sending = true;
    expect(await assembler.run(), 'R9: the association is still open').to.equal(0);
    sending = false;
    expect(await assembler.run()).to.equal(1);
    expect((await claim())!.acquisition).to.include({ completeBecause: 'commitment-requested' });
  });

  it('a gap in the positions, or an aborted association, waits for the quiet time', async () => {
    const parts = splitFile(file.bytes, 'single frames').toSpliced(4, 1);
    await receiveAll(parts);
    released.add('one');
    sending = false;
    expect(await assembler.run()).to.equal(0);
    clock += QUIET;
    expect(await makeAssembler().run(), 'also after a restart').to.equal(1);
    expect((await claim())!.acquisition).to.include({ completeBecause: 'quiet-time' });
  });

  it('frames that come through an association each wait for the quiet time', async () => {
    const parts = splitFile(file.bytes, 'single frames');
    sending = false;
    for (const [i, { dataSet }] of parts.entries()) {
      released.add(`a${i}`);
      expect(await receive(dataSet, `a${i}`)).to.equal(0);
    }
    clock += QUIET;
    expect(await assembler.run()).to.equal(1);
  });

  it('what a concatenation lacks is named, and the late member makes revision 2', async () => {
    const parts = splitFile(file.bytes, 'concatenation', 5);
    sending = false;
    released.add('one');
    await receiveAll(parts.slice(0, 2));
    expect(await reasonOf(parts[0]!)).to.include('the concatenation has 3 parts, 2 are here');
    clock += QUIET;
    expect(await assembler.run()).to.equal(1);
    const first = (await claim())!;
    expect(first.acquisition).to.include({ revision: 1, completeBecause: 'quiet-time' });
    expect(await receive(parts[2]!.dataSet)).to.equal(1);
    const second = (await claim())!;
    expect(second.acquisition).to.include({
      id: first.acquisition.id,
      revision: 2,
      completeBecause: 'concatenation-complete',
    });
    expect(second.acquisition.instances).to.have.length(3);
    expect(await receive(parts[2]!.dataSet), 'R10: sent again').to.equal(0);
  });

  it('a revision that nobody has begun to read is cancelled by the next', async () => {
    const parts = splitFile(file.bytes, 'concatenation', 5);
    sending = false;
    await receiveAll(parts.slice(0, 2));
    clock += QUIET;
    await assembler.run();
    await receive(parts[2]!.dataSet);
    expect(await archive.workitemView.counts()).to.include({ SCHEDULED: 1, CANCELED: 1 });
    expect((await claim())!.acquisition.revision).to.equal(2);
  });

  it('both eyes in one series are two scans, and a repeated scan is kept', async () => {
    const parts = splitFile(file.bytes, 'single frames');
    for (const [i, { dataSet }] of parts.entries()) {
      if (i >= 6) dataSet.set('ImageLaterality', 'L');
      if (i % 2 === 0) dataSet.set('AcquisitionNumber', 2);
    }
    expected = 3;
    expect(await receiveAll(parts)).to.equal(4);
    const study = file.uids.study;
    expect(await archive.acquisitions.ofStudy(study)).to.have.length(4);
  });

  it('joins a scan with the fundus picture that it refers to, whichever comes first', async () => {
    const scan = makeOptFile({
      dress: 'heidelberg-spectralis',
      phantom: { seed: 1, laterality: 'R', pathologies: [] },
    });
    const picture = (name: string, changes: Parameters<typeof optDataSet>[2]) =>
      optDataSet(name, 7, {
        SOPClassUID: SOP_CLASSES.ophthalmicPhotography8Bit.uid,
        StudyInstanceUID: scan.uids.study,
        NumberOfFrames: 1,
        PixelData: new Uint8Array(48),
        ...changes,
      });
    await sendObject(archive, picture('same eye', { ImageLaterality: 'R' }));
    const whole = splitFile(scan.bytes, 'concatenation', 99)[0]!;
    await receive(whole.dataSet);
    const [acquisition] = await archive.acquisitions.ofStudy(scan.uids.study);
    const found = async () => archive.acquisitions.localizerOf(acquisition!.id);
    expect((await found())?.because).to.include('same eye');
    await receive(picture('localizer', { SOPInstanceUID: scan.uids.localizer }));
    expect(await found()).to.deep.equal({
      sopInstanceUid: scan.uids.localizer,
      because: 'the scan refers to it',
    });
  });
});
