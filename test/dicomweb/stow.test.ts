import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { hashPassword } from '../../src/config/user.js';
import { encodePart10, readPart10 } from '../../src/dicom/part10.js';
import { deterministicUid } from '../../src/dicom/uid.js';
import { optDataSet } from '../archive/objects.js';
import { Orthanc } from '../support/orthanc.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { ORTHANC_DICOMWEB, requireTool } from '../support/tools.js';
import { arrayBuffer, dicomwebClient } from './client.js';
import { startService, type TestService } from './service.js';

type Json = Record<string, { Value?: Record<string, { Value?: unknown[] }>[] }>;
const STUDY = deterministicUid('test study');

function multipart(...parts: readonly Uint8Array[]): Buffer<ArrayBuffer> {
  const head = '\r\n--boundary\r\nContent-Type: application/dicom\r\n\r\n';
  const pieces = parts.flatMap((part) => [Buffer.from(head), part]);
  return Buffer.concat([...pieces, Buffer.from('\r\n--boundary--')]);
}

const RELATED = 'multipart/related; type="application/dicom"; boundary=boundary';

describe('STOW-RS', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let service: TestService;
  let n = 0;

  beforeEach(async () => {
    service = await startService(folder(`data${String((n += 1))}`));
  });
  afterEach(async () => {
    await service.stop();
    expect(service.errors).to.deep.equal([]);
  });

  async function post(
    body: Buffer<ArrayBuffer>,
    { path = '/studies', ...headers }: Record<string, string> = {},
  ): Promise<{ status: number; type: string; json: Json; text: string }> {
    const response = await fetch(`${service.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': RELATED, ...headers },
      body,
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return {
      status: response.status,
      type,
      text,
      json: type.includes('json') ? (JSON.parse(text) as Json) : {},
    };
  }

  /** The Failure Reasons by tag of their sequence. */
  const reasons = (json: Json, tag = '00081198'): unknown[] =>
    (json[tag]?.Value ?? []).map((item) => item['00081197']?.Value?.[0]);

  it('R4: dicomweb-client stores several objects; they lie in the archive byte for byte', async () => {
    const dataSets = ['a', 'b', 'c'].map((name) => optDataSet(name));
    await dicomwebClient(service.url).storeInstances({
      datasets: dataSets.map((dataSet) => arrayBuffer(encodePart10(dataSet))),
    });
    for (const dataSet of dataSets) {
      const stored = await service.archive.instances.find(dataSet.text('SOPInstanceUID')!);
      const sent = encodePart10(dataSet);
      const body = sent.subarray(readPart10(sent).dataSetOffset);
      expect(stored?.digest).to.equal(createHash('sha256').update(body).digest('hex'));
      expect(readFileSync(stored!.path).subarray(-body.length).equals(body)).to.equal(true);
    }
  });

  it('Orthanc sends its instances by STOW-RS, and again without harm', async function () {
    requireTool(this, 'Orthanc', 'orthanc-dicomweb');
    const orthanc = await Orthanc.prepare({
      Plugins: [ORTHANC_DICOMWEB],
      DicomWeb: {
        Enable: true,
        Root: '/dicom-web/',
        Servers: { octriage: { Url: `${service.url}/` } },
      },
    });
    try {
      await orthanc.start();
      const ids = [];
      for (const name of ['a', 'b'])
        ids.push(
          (await orthanc.send<{ ID: string }>('POST', '/instances', encodePart10(optDataSet(name))))
            .ID,
        );
      for (let round = 0; round < 2; round += 1)
        await orthanc.send('POST', '/dicom-web/servers/octriage/stow', {
          Resources: ids,
          Synchronous: true,
        });
    } finally {
      await orthanc.remove();
    }
    for (const name of ['a', 'b'])
      expect(
        await service.archive.instances.find(deterministicUid('test instance', name)),
      ).not.to.equal(undefined);
  });

  it('curl stores one Part 10 file by itself and is answered in XML', async function () {
    requireTool(this, 'curl');
    const file = folder('one.dcm');
    writeFileSync(file, encodePart10(optDataSet('one')));
    const { stdout } = await run('curl', [
      ...['-s', '-w', '%{http_code} %{content_type}', '--data-binary', `@${file}`],
      ...['-H', 'Content-Type: application/dicom', '-H', 'Accept: application/dicom+xml'],
      `${service.url}/studies/${STUDY}`,
    ]);
    expect(stdout).to.match(/200 application\/dicom\+xml/);
    expect(stdout).to.include(`<DicomAttribute tag="00081190" vr="UR" keyword="RetrieveURL">`);
    expect(stdout).to.include(deterministicUid('test instance', 'one'));
  });

  it('each object has an answer of its own: 202 where some are stored, 409 where none is', async () => {
    const good = encodePart10(optDataSet('good'));
    const other = encodePart10(optDataSet('good', 9));
    const unknown = encodePart10(optDataSet('unknown', 7, { SOPClassUID: '1.2.3.4' }));
    const truncated = encodePart10(optDataSet('truncated')).subarray(0, -20);
    const elsewhere = encodePart10(
      optDataSet('elsewhere', 7, { StudyInstanceUID: deterministicUid('other study') }),
    );
    const { status, json } = await post(
      multipart(good, other, Buffer.from('no DICOM'), unknown, truncated, elsewhere),
      { path: `/studies/${STUDY}` },
    );
    expect(status).to.equal(202);
    expect(json['00081199']?.Value).to.have.length(1);
    expect(reasons(json)).to.deep.equal([0xc010, 0x0122, 0xc001, 0xa901]);
    expect(reasons(json, '0008119A')).to.deep.equal([0xc000]);
    expect((await post(multipart(truncated))).status).to.equal(409);
  });

  it('R4: of a request that is cut off nothing half remains, and what was whole is kept', async () => {
    const [first, second] = ['first', 'second'].map((name) => encodePart10(optDataSet(name)));
    const body = multipart(first!, second!);
    await new Promise<void>((resolve) => {
      const sending = request(
        `${service.url}/studies`,
        { method: 'POST', headers: { 'Content-Type': RELATED, 'Content-Length': body.length } },
        () => undefined,
      );
      sending.on('error', () => undefined).on('close', resolve);
      sending.write(body.subarray(0, body.length - 50), () =>
        setTimeout(() => sending.destroy(), 200),
      );
    });
    await service.stop();
    expect(readdirSync(join(folder(`data${String(n)}`), 'incoming'))).to.deep.equal([]);
    service = await startService(folder(`data${String(n)}`));
    const find = (name: string) =>
      service.archive.instances.find(deterministicUid('test instance', name));
    expect(await find('first')).not.to.equal(undefined);
    expect(await find('second')).to.equal(undefined);
    expect(service.transfers.isSending('this machine')).to.equal(false);
  });

  it('requests that cannot be served are refused with the status that says why', async () => {
    const body = multipart(encodePart10(optDataSet('x')));
    expect((await post(body, { 'Content-Type': 'application/dicom+json' })).status).to.equal(415);
    expect(
      (await post(body, { 'Content-Type': 'multipart/form-data; boundary=b' })).status,
    ).to.equal(415);
    expect((await post(body, { Accept: 'text/html' })).status).to.equal(406);
    expect((await post(body, { path: '/studies/1.2.x' })).status).to.equal(400);
    expect((await post(Buffer.from('--boundary--'))).status).to.equal(400);
    expect((await post(body.subarray(0, -4))).status).to.equal(400);
  });

  it('too much is 413, announced or not; a full disk is 507', async () => {
    await service.stop();
    service = await startService(folder('small'), {
      settings: { maxStoreSize: 1 },
      archive: { freeBytes: () => Promise.resolve(0), minimumFreeBytes: 1 },
    });
    const large = multipart(new Uint8Array(1024 * 1024));
    expect((await post(large)).status).to.equal(413);
    const chunked = await fetch(`${service.url}/studies`, {
      method: 'POST',
      headers: { 'Content-Type': RELATED },
      body: new Blob([large]).stream(),
      duplex: 'half',
    });
    expect(chunked.status).to.equal(413);
    expect((await post(multipart(encodePart10(optDataSet('x'))))).status).to.equal(507);
  });

  it('one request more than allowed at once is 503 and told when to come again', async () => {
    await service.stop();
    service = await startService(folder('busy'), { settings: { maxStoreRequests: 1 } });
    const slow = request(`${service.url}/studies`, {
      method: 'POST',
      headers: { 'Content-Type': RELATED },
    });
    slow.on('error', () => undefined).write('--boundary\r\n');
    const answers = async (): Promise<Response> =>
      fetch(`${service.url}/studies`, {
        method: 'POST',
        headers: { 'Content-Type': RELATED },
        body: multipart(encodePart10(optDataSet('x'))),
      });
    let answer = await answers();
    for (let i = 0; answer.status !== 503 && i < 50; i += 1) answer = await answers();
    expect(answer.status).to.equal(503);
    expect(answer.headers.get('retry-after')).to.equal('5');
    slow.destroy();
  });

  it("storing needs the permission 'store'", async () => {
    await service.stop();
    const passwordHash = await hashPassword('correct horse');
    const roles = ['viewer', 'operator', 'machine'] as const;
    service = await startService(folder('users'), {
      users: roles.map((role) => ({ name: role, role, passwordHash })),
    });
    const body = multipart(encodePart10(optDataSet('x')));
    const as = (name: string): Record<string, string> => ({
      Authorization: `Basic ${Buffer.from(`${name}:correct horse`).toString('base64')}`,
    });
    expect((await post(body)).status).to.equal(401);
    expect((await post(body, as('viewer'))).status).to.equal(403);
    expect((await post(body, as('operator'))).status).to.equal(403);
    expect((await post(body, as('machine'))).status).to.equal(200);
    const stored = await service.archive.instances.find(deterministicUid('test instance', 'x'));
    expect(stored).to.include({ callingAeTitle: 'machine', peerAddress: '127.0.0.1' });
  });
});
