import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { readPart10, readPart10Header } from '../../src/dicom/part10.js';
import { TRANSFER_SYNTAXES } from '../../src/dicom/uids.js';
import { makeOptFile } from '../../fixtures/opt/opt-file.js';
import { send } from '../archive/objects.js';
import { Orthanc } from '../support/orthanc.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { ORTHANC_DICOMWEB, requireTool } from '../support/tools.js';
import { dicomwebClient } from './client.js';
import { startService, type TestService } from './service.js';

const EXPLICIT = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
const JPEG_LS = TRANSFER_SYNTAXES.jpegLsLossless.uid;

describe('WADO-RS', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const phantom = { seed: 5, laterality: 'R', pathologies: [] } as const;
  let service: TestService;
  /** Original bytes and ids of the object, in a study of its own for each transfer syntax. */
  let native: {
    bytes: Uint8Array;
    study: string;
    series: string;
    instance: string;
    pixels: Uint8Array;
  };

  async function store(bytes: Uint8Array): Promise<typeof native> {
    const file = folder('sent.dcm');
    writeFileSync(file, bytes);
    const header = await readPart10Header(file);
    const { dataSet, transferSyntaxUid, dataSetOffset, pixelData } = header;
    const [study = '', series = '', instance = ''] = (
      ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'] as const
    ).map((keyword) => dataSet.text(keyword));
    const { status } = await send(
      service.archive,
      {
        associationId: 'a',
        callingAeTitle: 'A',
        calledAeTitle: 'B',
        peerAddress: '127.0.0.1',
        sopClassUid: dataSet.text('SOPClassUID')!,
        sopInstanceUid: instance,
        transferSyntaxUid,
      },
      bytes.subarray(dataSetOffset),
      100_000,
    );
    expect(status).to.equal(0);
    const length = pixelData?.length === 'undefined' ? 0 : (pixelData?.length ?? 0);
    const pixels = bytes.subarray(pixelData?.offset, (pixelData?.offset ?? 0) + length);
    return { bytes, study, series, instance, pixels };
  }

  const options = ({ study, series, instance }: typeof native) => ({
    studyInstanceUID: study,
    seriesInstanceUID: series,
    sopInstanceUID: instance,
  });
  const path = ({ study, series, instance }: typeof native): string =>
    `${service.url}/studies/${study}/series/${series}/instances/${instance}`;

  before(async () => {
    service = await startService(folder('data'));
    native = await store(makeOptFile({ dress: 'heidelberg-spectralis', phantom }).bytes);
  });
  after(async () => {
    await service.stop();
    expect(service.errors).to.deep.equal([]);
  });

  /** The same object in another form, made by somebody else's program. */
  async function storedBy(name: string, ...command: readonly string[]): Promise<typeof native> {
    const [from, to] = [folder(`${name}-from.dcm`), folder(`${name}.dcm`)];
    const seed = makeOptFile({ dress: 'heidelberg-spectralis', phantom, uidSeed: name });
    writeFileSync(from, seed.bytes);
    const [program = '', ...rest] = command;
    const { code, stderr } = await run(program, [...rest, from, to]);
    expect(code, stderr).to.equal(0);
    return { ...(await store(readFileSync(to))), pixels: native.pixels };
  }

  it('dicomweb-client gets back exactly what was sent: instance, series, study', async () => {
    const client = dicomwebClient(service.url);
    const expected = Buffer.from(native.bytes.subarray(readPart10(native.bytes).dataSetOffset));
    const ids = options(native);
    const instance = await client.retrieveInstance(ids);
    for (const [file] of [
      [instance],
      await client.retrieveSeries(ids),
      await client.retrieveStudy(ids),
    ])
      expect(Buffer.from(file!).subarray(-expected.length).equals(expected)).to.equal(true);
  });

  it('metadata: every element, with a URI in place of the pixels that leads to them', async () => {
    const client = dicomwebClient(service.url);
    const [json] = await client.retrieveStudyMetadata(options(native));
    const { dataSet } = readPart10(native.bytes);
    for (const { tag, vr } of dataSet.elements())
      expect(json?.[tag.toString(16).padStart(8, '0').toUpperCase()]?.vr).to.equal(vr);
    expect(json?.['00100010']?.Value).to.deep.equal([{ Alphabetic: dataSet.text('PatientName') }]);
    const uri = json?.['7FE00010']?.BulkDataURI ?? '';
    const bulk = await client.retrieveBulkData({ BulkDataURI: uri });
    expect(Buffer.from(bulk[0]!).equals(native.pixels)).to.equal(true);
  });

  it('metadata is what pydicom reads of it: names, numbers, sequences', async function () {
    requireTool(this, 'python3-pydicom');
    const [text, file] = [folder('metadata.json'), folder('native.dcm')];
    writeFileSync(text, await (await fetch(`${path(native)}/metadata`)).text());
    writeFileSync(file, native.bytes);
    const { stdout, stderr } = await run('/usr/bin/python3', [
      '-c',
      `import json,sys,pydicom
a=pydicom.Dataset.from_json(json.load(open(sys.argv[1]))[0], lambda *x: b'')
b=pydicom.dcmread(sys.argv[2], stop_before_pixels=True)
del a.PixelData
def value(v):
    if isinstance(v, (list, pydicom.multival.MultiValue)): return [value(x) for x in v]
    try: return float(v)
    except (TypeError, ValueError): return str(v)
def flat(ds): return {str(e.tag): [flat(i) for i in e.value] if e.VR=='SQ' else [e.VR, value(e.value)] for e in ds}
a,b=flat(a),flat(b)
print(len(b), a.keys()==b.keys(), [t for t in b if a.get(t)!=b[t]])`,
      ...[text, file],
    ]);
    expect(stdout.trim(), stderr).to.match(/^[1-9]\d+ True \[\]$/);
  });

  it('frames: native pixels, one or several, in the order that is asked for', async () => {
    const client = dicomwebClient(service.url);
    const frames = await client.retrieveInstanceFrames({
      ...options(native),
      frameNumbers: [3, 1],
    });
    const { dataSet } = readPart10(native.bytes);
    const size = dataSet.number('Rows')! * dataSet.number('Columns')!;
    expect(frames).to.have.length(2);
    for (const [i, number] of [3, 1].entries()) {
      const expected = native.pixels.subarray((number - 1) * size, number * size);
      expect(Buffer.from(frames[i]!).equals(expected)).to.equal(true);
    }
  });

  it('compressed: stored fragments to who takes them, native pixels to who asks for octets', async function () {
    requireTool(this, 'dcmcjpls');
    const jpegLs = await storedBy('jpeg-ls', 'dcmcjpls');
    const client = dicomwebClient(service.url);
    const ids = { ...options(jpegLs), frameNumbers: [2] };
    const [stored] = await client.retrieveInstanceFrames({
      ...ids,
      mediaTypes: [{ mediaType: 'image/jls', transferSyntaxUID: JPEG_LS }],
    });
    expect(Buffer.from(stored!).subarray(0, 2).toString('hex')).to.equal('ffd8');
    expect(Buffer.from(jpegLs.bytes).includes(Buffer.from(stored!).subarray(0, 500))).to.equal(
      true,
    );
    const [decoded] = await client.retrieveInstanceFrames(ids);
    const size = decoded!.byteLength;
    expect(Buffer.from(decoded!).equals(native.pixels.subarray(size, 2 * size))).to.equal(true);
    const jp2 = await fetch(`${path(jpegLs)}/frames/1`, {
      headers: { Accept: 'multipart/related; type="image/jp2"' },
    });
    expect(jp2.status).to.equal(406);
    const any = await fetch(`${path(jpegLs)}/frames/1`, {
      headers: { Accept: 'multipart/related; type="application/octet-stream"; transfer-syntax=*' },
    });
    expect(await any.text()).to.include(`Content-Type: image/jls; transfer-syntax=${JPEG_LS}`);
  });

  for (const [name, tool, ...rest] of [
    ['JPEG-LS', 'dcmcjpls'],
    ['RLE', 'dcmcrle'],
    ['Implicit VR', 'dcmconv', '+ti'],
    ['Big Endian', 'dcmconv', '+tb'],
    ['Deflated', 'dcmconv', '+td'],
  ] as const)
    it(`an object stored as ${name} is given in Explicit VR Little Endian unless asked otherwise`, async function () {
      requireTool(this, tool);
      const other = await storedBy(name, tool, ...rest);
      const accept = (syntax: string) => ({
        headers: { Accept: `application/dicom${syntax}` },
      });
      const explicit = folder(`${name}-explicit.dcm`);
      const answer = await fetch(path(other), accept(''));
      expect(answer.headers.get('content-type')).to.include(EXPLICIT);
      writeFileSync(explicit, Buffer.from(await answer.arrayBuffer()));
      const header = await readPart10Header(explicit);
      expect(header.transferSyntaxUid).to.equal(EXPLICIT);
      const { offset = 0, length = 0 } = header.pixelData ?? {};
      const pixels = readFileSync(explicit).subarray(offset, offset + Number(length));
      expect(pixels.equals(native.pixels)).to.equal(true);
      const stored = Buffer.from(
        await (await fetch(path(other), accept('; transfer-syntax=*'))).arrayBuffer(),
      );
      expect(stored.subarray(-1000).equals(other.bytes.subarray(-1000))).to.equal(true);
    });

  it('Orthanc finds a study of ours, retrieves it, and its copy is ours', async function () {
    requireTool(this, 'Orthanc', 'orthanc-dicomweb');
    const orthanc = await Orthanc.prepare({
      Plugins: [ORTHANC_DICOMWEB],
      DicomWeb: { Enable: true, Servers: { octriage: { Url: `${service.url}/` } } },
    });
    try {
      await orthanc.start();
      const found = await orthanc.send<Record<string, { Value?: unknown[] }>[]>(
        'POST',
        '/dicom-web/servers/octriage/get',
        { Uri: '/studies', Arguments: { StudyInstanceUID: native.study } },
      );
      expect(found.map((study) => study['0020000D']?.Value)).to.deep.equal([[native.study]]);
      await orthanc.send('POST', '/dicom-web/servers/octriage/retrieve', {
        Resources: [{ Study: native.study }],
        Synchronous: true,
      });
      const [copyOfOurs] = await orthanc.instances();
      const copy = Buffer.from(await orthanc.file(copyOfOurs!.id));
      const sent = native.bytes.subarray(readPart10(native.bytes).dataSetOffset);
      expect(copy.subarray(-sent.length).equals(sent)).to.equal(true);
    } finally {
      await orthanc.remove();
    }
  });

  it('what is not there is 404, what cannot be given 406, what makes no sense 400', async () => {
    const status = async (url: string, accept = '*/*'): Promise<number> =>
      (await fetch(url, { headers: { Accept: accept } })).status;
    expect(await status(`${service.url}/studies/1.2.3`)).to.equal(404);
    expect(await status(`${path(native)}/frames/999`)).to.equal(404);
    expect(await status(`${path(native)}/bulkdata/00990099`)).to.equal(404);
    expect(await status(`${path(native)}/bulkdata/52009230/0/00990099`)).to.equal(404);
    expect(await status(`${path(native)}/frames/0`)).to.equal(400);
    expect(await status(`${service.url}/studies/..%2F..`)).to.equal(400);
    expect(await status(path(native), 'text/html')).to.equal(406);
    expect(
      await status(
        path(native),
        `multipart/related; type="application/dicom"; transfer-syntax=${JPEG_LS}`,
      ),
    ).to.equal(406);
    expect(await status(`${path(native)}/metadata`, 'text/html')).to.equal(406);
  });
});
