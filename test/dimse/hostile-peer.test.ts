import { expect } from 'chai';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import type { Pdu } from '../../src/dimse/upper-layer/pdu.js';
import { eventually } from './support/eventually.js';
import { ScriptedPeer, associateRq, echoRq, pData, storeRq } from './support/scripted-peer.js';
import { closeListeners, testListener } from './support/test-listener.js';

const INVALID_PARAMETER = { type: 'A-ABORT', source: 2, reason: 6 };
const UNEXPECTED_PDU = { type: 'A-ABORT', source: 2, reason: 2 };
const UNRECOGNIZED_PDU = { type: 'A-ABORT', source: 2, reason: 1 };

describe('R37: a hostile or faulty peer', () => {
  afterEach(closeListeners);

  const FOREIGN = {
    HTTP: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
    TLS: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    HL7: '\x0bMSH|^~\\&|LAB|HOSPITAL|',
    unknown: 'hello there',
  };
  for (const [looksLike, bytes] of Object.entries(FOREIGN)) {
    it(`R14: ${looksLike} on the port is aborted and named`, async () => {
      const { port, event } = await testListener();
      const stranger = await ScriptedPeer.connect(port);
      stranger.send(Buffer.from(bytes, 'latin1'));
      expect(await stranger.next()).to.deep.equal(UNRECOGNIZED_PDU);
      expect((await event('notDicom')).looksLike).to.equal(looksLike);
    });
  }

  const BEFORE_ASSOCIATION: Record<string, [Buffer, object]> = {
    'P-DATA-TF': [pData(1, echoRq(), { command: true }), UNEXPECTED_PDU],
    'A-RELEASE-RQ': [encodePdu({ type: 'A-RELEASE-RQ' }), UNEXPECTED_PDU],
    'A-ASSOCIATE-RJ': [
      encodePdu({ type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 1 }),
      UNEXPECTED_PDU,
    ],
    'a release of 5 bytes': [Buffer.from('0500000000050000000000', 'hex'), INVALID_PARAMETER],
    'an A-ASSOCIATE-RQ of 4 GiB': [Buffer.from('0100ffffffff', 'hex'), INVALID_PARAMETER],
    'an A-ASSOCIATE-RQ cut in its items': [cutRequest(), INVALID_PARAMETER],
  };
  for (const [name, [bytes, abort]] of Object.entries(BEFORE_ASSOCIATION)) {
    it(`${name} instead of an association request is aborted`, async () => {
      const { port } = await testListener();
      const wrong = await ScriptedPeer.connect(port);
      wrong.send(bytes);
      expect(await wrong.next()).to.deep.equal(abort);
    });
  }

  const pdvs = (hex: string): Buffer => Buffer.from(hex, 'hex');
  const IN_ASSOCIATION: Record<string, [Buffer, object]> = {
    'a PDU longer than we advertised': [pdvs('040000008001'), INVALID_PARAMETER],
    'a PDU of 4 GiB': [pdvs('0400ffffffff'), INVALID_PARAMETER],
    'a PDV longer than its PDU': [pdvs('0400000000080000000f0300dead'), INVALID_PARAMETER],
    'a PDV of length 1': [pdvs('0400000000080000000103000000'), INVALID_PARAMETER],
    'a PDU that ends in half a PDV header': [pdvs('04000000000300000000'), INVALID_PARAMETER],
    'an unknown PDU type': [pdvs('090000000004'), UNRECOGNIZED_PDU],
    'a second association request': [encodePdu(associateRq()), UNEXPECTED_PDU],
    'a command on a context that is not accepted': [
      pData(5, echoRq(), { command: true }),
      INVALID_PARAMETER,
    ],
    'a data set without a command': [pData(3, Buffer.alloc(8)), INVALID_PARAMETER],
    'a command that is none': [pData(3, Buffer.alloc(7), { command: true }), INVALID_PARAMETER],
    'a command in the middle of a data set': [
      Buffer.concat([
        pData(3, storeRq(), { command: true }),
        pData(3, Buffer.alloc(8), { last: false }),
        pData(3, storeRq(), { command: true }),
      ]),
      INVALID_PARAMETER,
    ],
    'a data set on another context than its command': [
      Buffer.concat([pData(3, storeRq(), { command: true }), pData(1, Buffer.alloc(8))]),
      INVALID_PARAMETER,
    ],
    'a response to nothing': [
      pData(1, storeRq({ commandField: 0x8001, commandDataSetType: 0x0101 }), { command: true }),
      INVALID_PARAMETER,
    ],
  };
  for (const [name, [bytes, abort]] of Object.entries(IN_ASSOCIATION)) {
    it(`${name} is aborted`, async () => {
      const { port, sink } = await testListener();
      const wrong = await ScriptedPeer.associate(port);
      wrong.send(bytes);
      expect(await wrong.next()).to.deep.equal(abort);
      expect(sink.received.filter(({ end }) => end === 'finished')).to.have.length(0);
    });
  }

  it('an endless command is aborted before it fills the memory', async () => {
    const { port } = await testListener();
    const endless = await ScriptedPeer.associate(port);
    for (let i = 0; i < 10; i += 1) {
      endless.send(pData(3, Buffer.alloc(10_000), { command: true, last: false }));
    }
    expect(await endless.next()).to.deep.equal(INVALID_PARAMETER);
  });

  it('two echoes in one PDU are both answered', async () => {
    const { port } = await testListener();
    const quick = await ScriptedPeer.associate(port);
    const value = (messageId: number) => ({
      contextId: 1,
      isCommand: true,
      isLast: true,
      payload: echoRq(messageId),
    });
    quick.send(encodePdu({ type: 'P-DATA-TF', values: [value(1), value(2)] }));
    expect((await quick.next())?.type).to.equal('P-DATA-TF');
    expect((await quick.next())?.type).to.equal('P-DATA-TF');
  });

  it('an unknown operation is answered with 0x0211 and the association goes on', async () => {
    const { port } = await testListener();
    const curious = await ScriptedPeer.associate(port);
    curious.send(
      pData(3, storeRq({ commandField: 0x0150 }), { command: true }),
      pData(3, Buffer.alloc(10)),
      pData(1, echoRq(), { command: true }),
    );
    expect(statusOf(await curious.next())).to.equal(0x0211);
    expect(statusOf(await curious.next())).to.equal(0);
  });

  it('an early release is answered after what came before it', async () => {
    const { port, sink, event } = await testListener();
    const hasty = await ScriptedPeer.associate(port);
    hasty.send(
      pData(3, storeRq(), { command: true }),
      pData(3, Buffer.alloc(10)),
      encodePdu({ type: 'A-RELEASE-RQ' }),
    );
    expect((await hasty.next())?.type).to.equal('P-DATA-TF');
    expect((await hasty.next())?.type).to.equal('A-RELEASE-RP');
    expect((await event('released')).counts).to.deep.equal({ invoked: 1, answered: 1, stored: 1 });
    expect(sink.received[0]?.end).to.equal('finished');
  });

  it('R13: connections cut in every state leave none behind', async () => {
    const { port, listener } = await testListener({ maxAssociations: 200 });
    const stages = [
      [],
      [encodePdu(associateRq()).subarray(0, 50)],
      [encodePdu(associateRq())],
      [encodePdu(associateRq()), pData(3, storeRq(), { command: true })],
      [encodePdu(associateRq()), pData(3, storeRq(), { command: true, last: false })],
      [encodePdu(associateRq()), encodePdu({ type: 'A-RELEASE-RQ' })],
      [encodePdu(associateRq()), encodePdu({ type: 'A-ABORT', source: 0, reason: 0 })],
    ];
    for (let round = 0; round < 10; round += 1) {
      const peers = await Promise.all(stages.map(() => ScriptedPeer.connect(port)));
      peers.forEach((one, i) => {
        one.send(...(stages[i] ?? []));
      });
      await new Promise((resolve) => setTimeout(resolve, round * 3));
      for (const { socket } of peers) socket.resetAndDestroy();
    }
    await eventually(() => listener.connections === 0);
    expect(listener.associations).to.equal(0);
  });
});

function cutRequest(): Buffer {
  const whole = encodePdu(associateRq());
  const cut = Buffer.from(whole.subarray(0, whole.length - 3));
  cut.writeUInt32BE(cut.length - 6, 2);
  return cut;
}

function statusOf(pdu: Pdu | undefined): number | undefined {
  if (pdu?.type !== 'P-DATA-TF') return undefined;
  const bytes = Buffer.from(pdu.values[0]?.payload ?? []);
  const at = bytes.indexOf(Buffer.from('0000000902000000', 'hex'));
  return at < 0 ? undefined : bytes.readUInt16LE(at + 8);
}
