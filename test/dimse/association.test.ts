import { expect } from 'chai';
import { startListener } from '../../src/dimse/listener.js';
import { DimseError } from '../../src/dimse/errors.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import type { AssociateRq } from '../../src/dimse/upper-layer/pdu.js';
import { VERIFICATION_AND_STORAGE } from './support/accepted.js';
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
  SECONDARY_CAPTURE,
  ScriptedPeer,
  VERIFICATION,
  associateRq,
  echoRq,
  pData,
  storeRq,
} from './support/scripted-peer.js';
import { closeListeners, testListener } from './support/test-listener.js';

const TRANSIENT_LOCAL_LIMIT = { type: 'A-ASSOCIATE-RJ', result: 2, source: 3, reason: 2 };

async function answerTo(port: number, request: AssociateRq) {
  const peer = await ScriptedPeer.connect(port);
  peer.send(encodePdu(request));
  const answer = await peer.next();
  peer.socket.destroy();
  return answer;
}

describe('association negotiation', () => {
  afterEach(closeListeners);

  it('R26: another called AE title is rejected, and the case of letters counts', async () => {
    const { port, event } = await testListener();
    const expected = { type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 7 };
    expect(await answerTo(port, associateRq({ calledAeTitle: 'oct' }))).to.deep.equal(expected);
    const rejected = await event('rejected');
    expect(rejected).to.include({ calledAeTitle: 'oct', result: 'permanent' });
    expect(rejected.proposed).to.have.length(2);
  });

  it('a caller that is not admitted is rejected; the reason is for the record', async () => {
    const { port, event } = await testListener({
      admit: ({ callingAeTitle, peerAddress }) => ({
        admitted: false,
        reason: `${callingAeTitle} from ${peerAddress} is not on the list`,
      }),
    });
    const expected = { type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 3 };
    expect(await answerTo(port, associateRq())).to.deep.equal(expected);
    expect((await event('rejected')).why).to.equal('PEER from 127.0.0.1 is not on the list');
  });

  it('R26: an AE title that is not printable is shown in hex', async () => {
    const { port, event } = await testListener();
    const peer = await ScriptedPeer.connect(port);
    const bytes = encodePdu(associateRq());
    bytes.write('BAD\x01\xff', 26, 'latin1');
    peer.send(bytes);
    expect((await peer.next())?.type).to.equal('A-ASSOCIATE-AC');
    expect((await event('requested')).callingAeTitle).to.equal('hex:42414401ff');
  });

  it('an application context that is not DICOM is rejected', async () => {
    const { port } = await testListener();
    expect(await answerTo(port, associateRq({ applicationContextName: '1.2.3' }))).to.deep.equal({
      type: 'A-ASSOCIATE-RJ',
      result: 1,
      source: 1,
      reason: 2,
    });
  });

  it('an unknown protocol version is rejected by the provider', async () => {
    const { port } = await testListener();
    expect(await answerTo(port, associateRq({ protocolVersion: 2 }))).to.deep.equal({
      type: 'A-ASSOCIATE-RJ',
      result: 1,
      source: 2,
      reason: 2,
    });
  });

  it('answers each context for itself, in our order of preference', async () => {
    const { port } = await testListener();
    const jpeg2000 = '1.2.840.10008.1.2.4.91';
    const answer = await answerTo(
      port,
      associateRq({
        presentationContexts: [
          { id: 1, abstractSyntax: '1.2.840.10008.5.1.4.1.1.4', transferSyntaxes: [IMPLICIT_LE] },
          { id: 3, abstractSyntax: SECONDARY_CAPTURE, transferSyntaxes: ['1.2.3'] },
          {
            id: 5,
            abstractSyntax: SECONDARY_CAPTURE,
            transferSyntaxes: [jpeg2000, IMPLICIT_LE, EXPLICIT_LE],
          },
          { id: 7, abstractSyntax: SECONDARY_CAPTURE, transferSyntaxes: [jpeg2000] },
        ],
      }),
    );
    expect(answer)
      .to.have.property('presentationContexts')
      .that.deep.equals([
        { id: 1, result: 'abstractSyntaxNotSupported', transferSyntax: IMPLICIT_LE },
        { id: 3, result: 'transferSyntaxesNotSupported', transferSyntax: '1.2.3' },
        { id: 5, result: 'acceptance', transferSyntax: EXPLICIT_LE },
        { id: 7, result: 'acceptance', transferSyntax: jpeg2000 },
      ]);
  });

  for (const theirs of [0, 4096, 131072]) {
    it(`advertises its own maximum PDU length whatever the peer's is (${theirs})`, async () => {
      const { port } = await testListener({ maxPduLength: 32768 });
      const userInformation = { ...associateRq().userInformation, maxPduLength: theirs };
      const answer = await answerTo(port, associateRq({ userInformation }));
      expect(answer).to.have.nested.property('userInformation.maxPduLength', 32768);
    });
  }

  it('fragments a response to a small limit of the peer', async () => {
    const { port } = await testListener();
    const userInformation = { ...associateRq().userInformation, maxPduLength: 28 };
    const small = await ScriptedPeer.associate(port, associateRq({ userInformation }));
    small.send(pData(1, echoRq(), { command: true }));
    const fragments = [];
    for (;;) {
      const pdu = await small.next();
      if (pdu?.type !== 'P-DATA-TF') throw new Error('no P-DATA-TF');
      expect(encodePdu(pdu).length - 6).to.be.at.most(28);
      fragments.push(pdu.values[0]);
      if (pdu.values[0]?.isLast) break;
    }
    expect(fragments).to.have.length.greaterThan(3);
  });

  it('R23: asynchronous operations are not echoed', async () => {
    const { port } = await testListener();
    const userInformation = {
      ...associateRq().userInformation,
      asynchronousOperations: { invoked: 0, performed: 0 },
    };
    const answer = await answerTo(port, associateRq({ userInformation }));
    expect(answer).to.not.have.nested.property('userInformation.asynchronousOperations');
  });

  it('roles: SCU as proposed, never SCP; only for what is accepted', async () => {
    const { port } = await testListener();
    const userInformation = {
      ...associateRq().userInformation,
      roleSelections: [
        { sopClassUid: SECONDARY_CAPTURE, scu: true, scp: true },
        { sopClassUid: VERIFICATION, scu: false, scp: true },
        { sopClassUid: '1.2.3', scu: true, scp: true },
      ],
    };
    const answer = await answerTo(port, associateRq({ userInformation }));
    expect(answer)
      .to.have.nested.property('userInformation.roleSelections')
      .that.deep.equals([
        { sopClassUid: SECONDARY_CAPTURE, scu: true, scp: false },
        { sopClassUid: VERIFICATION, scu: false, scp: false },
      ]);
  });

  it('R22: one association too many is refused for now; a place that falls free is given', async () => {
    const { port, listener } = await testListener({ maxAssociations: 1 });
    const first = await ScriptedPeer.associate(port);
    expect(await answerTo(port, associateRq())).to.deep.equal(TRANSIENT_LOCAL_LIMIT);
    expect(listener.associations).to.equal(1);
    first.send(encodePdu({ type: 'A-RELEASE-RQ' }));
    expect((await first.next())?.type).to.equal('A-RELEASE-RP');
    expect((await answerTo(port, associateRq()))?.type).to.equal('A-ASSOCIATE-AC');
  });

  it('drain refuses newcomers, lets a transfer finish, and ends', async () => {
    const { port, listener, sink } = await testListener();
    const busy = await ScriptedPeer.associate(port);
    busy.send(pData(3, storeRq(), { command: true }), pData(3, Buffer.alloc(4), { last: false }));
    const drained = listener.drain();
    expect(await answerTo(port, associateRq())).to.deep.equal(TRANSIENT_LOCAL_LIMIT);
    busy.send(pData(3, Buffer.alloc(4)));
    expect((await busy.next())?.type).to.equal('P-DATA-TF');
    busy.send(encodePdu({ type: 'A-RELEASE-RQ' }));
    await busy.next();
    busy.socket.end();
    await drained;
    expect(sink.received[0]?.end).to.equal('finished');
    const late = await ScriptedPeer.connect(port).catch(
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );
    expect(late).to.equal('ECONNREFUSED');
  });

  it('refuses options that cannot be', async () => {
    const options = {
      bind: '127.0.0.1',
      port: 0,
      accepted: VERIFICATION_AND_STORAGE,
      maxPduLength: 16384,
      maxAssociations: 1,
      admit: () => ({ admitted: true }) as const,
      store: { begin: () => Promise.resolve({ status: 0 }) },
      onEvent: () => undefined,
    };
    for (const wrong of [{ aeTitle: 'SEVENTEEN_LETTERS' }, { aeTitle: 'OCT', maxPduLength: 100 }]) {
      const error: unknown = await startListener({ ...options, ...wrong }).catch((e: unknown) => e);
      expect(error).to.be.instanceOf(DimseError);
    }
  });
});
