import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import dcmjsDimse from 'dcmjs-dimse';
import { echo, sendInstances } from '../../src/dimse/sender.js';
import type { OutgoingInstance } from '../../src/dimse/sender.js';
import { freePort } from '../../fixtures/free-port.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { Authority, credentials } from '../support/certificates.js';
import { requireTool } from '../support/tools.js';
import { dataSetOf, makeFiles } from './support/part10.js';
import { closeListeners, testListener } from './support/test-listener.js';

const { Client, Server, Scp, requests, responses, constants, log } = dcmjsDimse;
log.setLevel('silent');

/** Accepts what it is proposed and answers Success; keeps the SOP Instance UIDs. */
class AcceptingScp extends Scp {
  static readonly stored: string[] = [];

  override associationRequested(
    association: InstanceType<typeof dcmjsDimse.association.Association>,
  ) {
    for (const { id, context } of association.getPresentationContexts()) {
      context.getTransferSyntaxUids().forEach((uid: string) => {
        association
          .getPresentationContext(id)
          .setResult(constants.PresentationContextResult.Accept, uid);
      });
    }
    this.sendAssociationAccept();
  }

  override cEchoRequest(
    request: InstanceType<typeof requests.CEchoRequest>,
    done: (response: InstanceType<typeof responses.CEchoResponse>) => void,
  ) {
    const response = responses.CEchoResponse.fromRequest(request);
    response.setStatus(constants.Status.Success);
    done(response);
  }

  override cStoreRequest(
    request: InstanceType<typeof requests.CStoreRequest>,
    done: (response: InstanceType<typeof responses.CStoreResponse>) => void,
  ) {
    AcceptingScp.stored.push(request.getAffectedSopInstanceUid());
    const response = responses.CStoreResponse.fromRequest(request);
    response.setStatus(constants.Status.Success);
    done(response);
  }

  override associationReleaseRequested() {
    this.sendAssociationReleaseResponse();
  }
}

describe('interoperability with dcmjs-dimse', () => {
  const path = temporaryFolder();
  let files: OutgoingInstance[];
  before(function () {
    requireTool(this, 'python3-pydicom');
    files = makeFiles(path('.'), 3, 200);
  });
  afterEach(closeListeners);

  for (const security of ['plain', 'TLS'] as const) {
    it(`its client echoes and stores at our listener, ${security}`, async function () {
      if (security === 'TLS') requireTool(this, 'openssl');
      const { listener, sink, event } = await testListener(
        security === 'TLS' ? { tls: tlsOfListener() } : {},
      );
      const client = new Client();
      client.addRequest(new requests.CEchoRequest());
      for (const file of files) client.addRequest(new requests.CStoreRequest(file.path));
      const port = security === 'TLS' ? (listener.tlsPort ?? 0) : listener.port;
      client.send('127.0.0.1', port, 'DCMJS', 'OCT', security === 'TLS' ? tlsOfClient() : {});
      const { counts } = await event('released');
      expect(counts).to.deep.equal({ invoked: 3, answered: 3, stored: 3 });
      expect((await event('accepted')).security).to.match(security === 'TLS' ? /^TLSv1/ : /plain/);
      // It rewrites data sets before it sends them (transport.md), so only the pixels can be compared.
      for (const [index, { bytes }] of sink.received.entries()) {
        const original = dataSetOf(readFileSync(files[index]?.path ?? ''));
        const pixels = 200 * 200;
        expect(bytes.subarray(-pixels).equals(original.subarray(-pixels))).to.equal(true);
      }
    });
  }

  let authority: Authority | undefined;
  const ca = () => (authority ??= Authority.make(path('.')));

  function tlsOfListener() {
    const identity = credentials(ca().issue('node'), ca().certificate);
    return { port: 0, credentials: identity, clientCertificate: 'required' as const };
  }

  function tlsOfClient() {
    const { identity, ca: trusted } = credentials(ca().issue('client'), ca().certificate);
    if (!identity || trusted === undefined) throw new Error('no certificate was made');
    return { securityOptions: { key: identity.key, cert: identity.certificate, ca: trusted } };
  }

  it('its server takes our echo and what we send', async () => {
    const server = new Server(AcceptingScp);
    const port = await freePort();
    server.listen(port);
    try {
      const to = { host: '127.0.0.1', port, calledAeTitle: 'DCMJS', callingAeTitle: 'OCT' };
      expect(await echo(to)).to.include({ kind: 'answered', status: 0 });
      for (const outcome of await sendInstances(to, files)) {
        expect(outcome).to.include({ kind: 'answered', status: 0 });
      }
      expect(AcceptingScp.stored).to.deep.equal(files.map((file) => file.sopInstanceUid));
    } finally {
      server.close();
    }
  });
});
