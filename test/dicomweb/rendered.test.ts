import { expect } from 'chai';
import { loadImage } from '@napi-rs/canvas';
import { PNG } from 'pngjs';
import { buildResults } from '../../src/results/build.js';
import { encodePart10, readPart10 } from '../../src/dicom/part10.js';
import { SEGMENTED_TISSUES } from '../../src/results/segments.js';
import { TISSUES } from '../../src/values/tissue.js';
import { optDataSet, request, send, sendObject } from '../archive/objects.js';
import { Orthanc } from '../support/orthanc.js';
import { phantomInput } from '../support/phantom-input.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { ORTHANC_DICOMWEB, requireTool } from '../support/tools.js';
import { dicomwebClient } from './client.js';
import { startService, type TestService } from './service.js';

describe('WADO-RS: rendered', function () {
  this.timeout(90_000);
  const folder = temporaryFolder();
  const { file, input } = phantomInput('heidelberg-spectralis', {
    seed: 5,
    laterality: 'L',
    pathologies: ['cnv'],
  });
  const { truth, uids, storedFrames } = file;
  const scan = `/studies/${uids.study}/series/${uids.series}/instances/${uids.instance}`;
  /** 12 bits in 16, of which a window shows a part. */
  const deep = optDataSet('deep', 0, {
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelData: Buffer.from(Uint16Array.from({ length: 144 }, (_, i) => i * 28).buffer),
  });
  let service: TestService;

  before(async () => {
    service = await startService(folder('data'));
    const { archive } = service;
    const { dataSet, dataSetOffset } = readPart10(file.bytes);
    const about = request(dataSet);
    const { instance } = await send(archive, about, file.bytes.subarray(dataSetOffset), 1e6);
    await archive.acquisitions.record(uids.instance, {
      kind: 'acquisition',
      reason: 'test',
      acquisition: {
        id: 'scan',
        studyInstanceUid: uids.study,
        instances: [instance!],
        completeBecause: 'all-frames-in-one-object',
        revision: 1,
      },
    });
    await sendObject(archive, deep);
  });
  after(async () => {
    await service.stop();
    expect(service.errors).to.deep.equal([]);
  });

  const get = async (path: string, accept = 'image/png') => {
    const response = await fetch(service.url + path, { headers: { Accept: accept } });
    const bytes = Buffer.from(await response.arrayBuffer());
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      warning: response.headers.get('warning'),
      bytes,
    };
  };
  const png = async (path: string) => PNG.sync.read((await get(path)).bytes);
  const numberOf = (frame: number) => storedFrames.indexOf(frame) + 1;
  const size = truth.rows * truth.columns;
  const isPainted = (label: number) => SEGMENTED_TISSUES.includes(TISSUES[label]!.name);
  /** The B-scan that has most to be painted. */
  const ill = Array.from({ length: truth.frames }, (_, frame) => ({
    frame,
    seen: truth.tissueMap.subarray(frame * size, (frame + 1) * size).filter(isPainted).length,
  })).reduce((most, one) => (one.seen > most.seen ? one : most));

  it('a frame as PNG holds the grey of each pixel', async () => {
    const { rows, columns, voxels } = truth;
    const picture = await png(`${scan}/frames/${numberOf(4)}/rendered`);
    expect([picture.width, picture.height]).to.deep.equal([columns, rows]);
    const grey = Buffer.from(picture.data.filter((_, i) => i % 4 === 0));
    expect(grey.equals(Buffer.from(voxels.subarray(4 * size, 5 * size)))).to.equal(true);
  });

  it('annotation=tissues paints the tissues of the active result, each where it is; without a result it says so', async () => {
    const path = `${scan}/frames/${numberOf(ill.frame)}/rendered`;
    const none = await get(`${path}?annotation=tissues`);
    expect(none.warning).to.include('There are no tissues of this frame.');
    const { archive } = service;
    const claim = (await archive.workitems.claim({ owner: 'worker', leaseMs: 60_000 }))!;
    const results = [];
    for (const object of buildResults(input, ['label-map']).objects)
      results.push(await archive.results.admit(object));
    await archive.workitems.complete(claim, { results, destinations: [] });
    const plain = await png(path);
    const painted = await png(`${path}?annotation=tissues`);
    const wrong = { painted: 0, bare: 0 };
    for (let i = 0; i < size; i += 1) {
      const expected = isPainted(truth.tissueMap[ill.frame * size + i]!);
      const [red = 0, green = 0, blue = 0] = painted.data.subarray(4 * i, 4 * i + 3);
      const coloured = !(red === green && green === blue && red === plain.data[4 * i]);
      if (coloured && !expected) wrong.painted += 1;
      if (expected && !coloured) wrong.bare += 1;
    }
    expect(ill.seen).to.be.greaterThan(50);
    expect([wrong.painted, wrong.bare]).to.deep.equal([0, 0]);
  });

  it('is what Orthanc renders of the same frame, with a window too', async function () {
    requireTool(this, 'Orthanc', 'orthanc-dicomweb');
    const orthanc = await Orthanc.prepare({
      Plugins: [ORTHANC_DICOMWEB],
      DicomWeb: { Enable: true, Root: '/dicom-web/' },
    });
    try {
      await orthanc.start();
      await orthanc.send('POST', '/instances', encodePart10(deep));
      await orthanc.send('POST', '/instances', file.bytes);
      const [study, series, instance] = (
        ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'] as const
      ).map((keyword) => deep.text(keyword));
      const object = `/studies/${study}/series/${series}/instances/${instance}`;
      for (const path of [
        `${scan}/frames/3/rendered`,
        `${object}/frames/2/rendered?window=2000,1000,linear`,
      ]) {
        const response = await fetch(`${orthanc.address}/dicom-web${path}`, {
          headers: { Accept: 'image/png' },
        });
        const theirs = PNG.sync.read(Buffer.from(await response.arrayBuffer()));
        const ours = await png(path);
        const far = ours.data.filter((value, i) => Math.abs(value - theirs.data[i]!) > 2);
        expect([theirs.width, theirs.height, far.length], path).to.deep.equal([
          ours.width,
          ours.height,
          0,
        ]);
      }
    } finally {
      await orthanc.remove();
    }
  });

  it('JPEG by default, for dicomweb-client as for curl; a lower quality is smaller', async function () {
    requireTool(this, 'curl');
    const client = dicomwebClient(service.url);
    const answer = await client.retrieveInstanceFramesRendered({
      studyInstanceUID: uids.study,
      seriesInstanceUID: uids.series,
      sopInstanceUID: uids.instance,
      frameNumbers: [2],
      mediaTypes: [{ mediaType: 'image/jpeg' }],
    });
    // It asks for multipart, and gives the parts.
    const [bytes = new ArrayBuffer(0)] = [answer].flat();
    const picture = await loadImage(Buffer.from(bytes));
    expect([picture.width, picture.height]).to.deep.equal([truth.columns, truth.rows]);
    const url = `${service.url}${scan}/frames/2/rendered`;
    const { stdout } = await run('curl', [
      ...['-s', '-o', '/dev/null', '-w', '%{http_code} %{content_type} %{size_download}', url],
    ]);
    expect(stdout).to.equal(`200 image/jpeg ${String(bytes.byteLength)}`);
    const low = await get(`${scan}/frames/2/rendered?quality=10`, 'image/jpeg');
    expect(low.bytes.length).to.be.lessThan(bytes.byteLength / 2);
  });

  it('fits a region into the viewport, turned round where it is asked for so', async () => {
    const path = `${scan}/frames/2/rendered`;
    const { rows, columns } = truth;
    const plain = await png(path);
    const half = await png(`${path}?viewport=${String(columns)},32`);
    expect([half.width, half.height]).to.deep.equal([Math.round((columns * 32) / rows), 32]);
    const turned = await png(`${path}?viewport=8,4,16,20,-8,4`);
    expect([turned.width, turned.height]).to.deep.equal([8, 4]);
    expect(turned.data[0]).to.equal(plain.data[4 * (20 * columns + 23)]);
  });

  it('several frames, a series and a study are multipart; one picture of them is the middle one, or small', async () => {
    const two = await get(`${scan}/frames/2,3/rendered`, 'multipart/related; type="image/png"');
    expect(two.type).to.match(/^multipart\/related; type="image\/png"/);
    expect(two.bytes.toString('latin1').match(/Content-Type: image\/png/g)).to.have.length(2);
    const study = await get(`/studies/${uids.study}/rendered`, '*/*');
    const parts = study.bytes.toString('latin1').match(/Content-Location: [^\r]*\/rendered/g);
    expect(parts?.length).to.be.at.least(truth.frames);
    expect((await get(`${scan}/rendered`, 'image/png')).status).to.equal(200);
    for (const path of [`/studies/${uids.study}`, scan, `${scan}/frames/2`]) {
      const small = PNG.sync.read((await get(`${path}/thumbnail`)).bytes);
      expect(Math.max(small.width, small.height)).to.equal(256);
    }
  });

  const refused: readonly [number, string, string?][] = [
    [406, `${scan}/frames/1/rendered`, 'image/gif'],
    [406, `${scan}/frames/1,2/rendered`],
    [404, `${scan}/frames/99/rendered`],
    [404, '/studies/1.2.3/rendered'],
    [400, `${scan}/frames/0/rendered`],
    [400, `${scan}/frames/1/rendered?quality=0`],
    [400, `${scan}/frames/1/rendered?quality=101`],
    [400, `${scan}/frames/1/rendered?viewport=0,10`],
    [400, `${scan}/frames/1/rendered?viewport=100000,10`],
    [400, `${scan}/frames/1/rendered?viewport=10,10,0,0,0,0`],
    [400, `${scan}/frames/1/rendered?viewport=a,b`],
    [400, `${scan}/frames/1/rendered?window=1,2,cubic`],
    [400, `${scan}/frames/1/rendered?window=1`],
  ];
  for (const [status, path, accept = 'image/png'] of refused)
    it(`${status} for ${path.replace(/.*(?=\/frames|\/rendered)/, '')} as ${accept}`, async () => {
      expect((await get(path, accept)).status).to.equal(status);
    });
});
