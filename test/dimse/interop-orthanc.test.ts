import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { echo, sendInstances, type OutgoingInstance, type Peer } from '../../src/dimse/sender.js';
import { Authority, credentials, type CertificateFiles } from '../support/certificates.js';
import { Orthanc } from '../support/orthanc.js';
import { requireTool } from '../support/tools.js';
import { dataSetOf, makeFiles } from './support/part10.js';
import { closeListeners, testListener } from './support/test-listener.js';

const FILES = 3;

for (const security of ['plain', 'TLS'] as const) {
  describe(`interoperability with Orthanc, ${security}`, function () {
    this.timeout(60_000);
    let folder = '';
    let orthanc: Orthanc | undefined;
    let ca: Authority;
    let ours: CertificateFiles;
    let files: OutgoingInstance[];

    before(async function () {
      requireTool(this, 'Orthanc', 'openssl', 'python3-pydicom');
      folder = mkdtempSync(join(tmpdir(), 'octriage-orthanc-'));
      files = makeFiles(folder, FILES, 128);
      ca = Authority.make(folder);
      ours = ca.issue('node');
      const pacs = ca.issue('pacs');
      orthanc = await Orthanc.prepare(
        security === 'plain'
          ? {}
          : {
              DicomTlsEnabled: true,
              DicomTlsCertificate: pacs.certificate,
              DicomTlsPrivateKey: pacs.key,
              DicomTlsTrustedCertificates: ca.certificate,
            },
      );
      await orthanc.start();
    });
    after(async () => {
      await orthanc?.remove();
      rmSync(folder, { recursive: true, force: true });
    });
    afterEach(closeListeners);

    it('as SCP it answers our echo and takes what we send, byte for byte', async () => {
      const peer: Peer = {
        host: '127.0.0.1',
        port: orthanc!.dicomPort,
        calledAeTitle: Orthanc.aeTitle,
        callingAeTitle: 'OCT',
        ...(security === 'TLS' && { tls: { credentials: credentials(ours, ca.certificate) } }),
      };
      expect(await echo(peer)).to.include({ kind: 'answered', status: 0 });
      for (const outcome of await sendInstances(peer, files)) {
        expect(outcome).to.include({ kind: 'answered', status: 0 });
      }
      const stored = await orthanc!.instances();
      expect(stored).to.have.length(FILES);
      for (const { id, sopInstanceUid } of stored) {
        const sent = files.find((file) => file.sopInstanceUid === sopInstanceUid);
        const kept = dataSetOf(Buffer.from(await orthanc!.file(id)));
        expect(kept.equals(dataSetOf(readFileSync(sent!.path))), sopInstanceUid).to.equal(true);
      }
    });

    it('as SCU it echoes and stores at our listener, byte for byte', async () => {
      const tls = { port: 0, credentials: credentials(ours, ca.certificate) };
      const { listener, sink, event } = await testListener(
        security === 'TLS' ? { tls: { ...tls, clientCertificate: 'required' } } : {},
      );
      await orthanc!.send('PUT', '/modalities/node', {
        AET: 'OCT',
        Host: '127.0.0.1',
        Port: security === 'TLS' ? listener.tlsPort : listener.port,
        UseDicomTls: security === 'TLS',
      });
      await orthanc!.send('POST', '/modalities/node/echo', {});
      const ids: string[] = [];
      for (const { path } of files) {
        const { ID } = await orthanc!.send<{ ID: string }>(
          'POST',
          '/instances',
          readFileSync(path),
        );
        ids.push(ID);
      }
      await orthanc!.send('POST', '/modalities/node/store', ids);
      expect((await event('accepted')).security).to.match(
        security === 'TLS' ? /^TLSv1\./ : /plain/,
      );
      expect(sink.received).to.have.length(FILES);
      for (const { request, bytes } of sink.received) {
        const sent = files.find((file) => file.sopInstanceUid === request.sopInstanceUid);
        expect(bytes.equals(dataSetOf(readFileSync(sent!.path)))).to.equal(true);
      }
    });
  });
}
