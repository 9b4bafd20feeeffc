import { expect } from 'chai';
import { decodeCommandSet } from '../../src/dimse/command-set.js';
import type { CommandSet } from '../../src/dimse/command-set.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import { PDV_QUEUE_HIGH_WATER } from '../../src/dimse/upper-layer/pdv-queue.js';
import { eventually } from './support/eventually.js';
import { ScriptedPeer, associateRq, echoRq, pData, storeRq } from './support/scripted-peer.js';
import { closeListeners, testListener } from './support/test-listener.js';

async function response(peer: ScriptedPeer): Promise<CommandSet> {
  const pdu = await peer.next();
  if (pdu?.type !== 'P-DATA-TF') throw new Error(`answered ${pdu?.type ?? 'nothing'}`);
  return decodeCommandSet(Buffer.concat(pdu.values.map(({ payload }) => payload)));
}

function store(bytes: Buffer, changes: CommandSet = {}): Buffer {
  return Buffer.concat([pData(3, storeRq(changes), { command: true }), pData(3, bytes)]);
}

describe('C-STORE as SCP', () => {
  afterEach(closeListeners);

  it('passes the data set on unchanged, and says whose it is', async () => {
    const { port, sink } = await testListener();
    const peer = await ScriptedPeer.associate(port);
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => i % 251));
    peer.send(
      pData(3, storeRq().subarray(0, 20), { command: true, last: false }),
      pData(3, storeRq().subarray(20), { command: true }),
      pData(3, bytes.subarray(0, 1), { last: false }),
      pData(3, bytes.subarray(1, 4000), { last: false }),
      pData(3, bytes.subarray(4000), { last: false }),
      pData(3, Buffer.alloc(0)),
    );
    expect(await response(peer)).to.deep.equal({
      affectedSopClassUid: '1.2.840.10008.5.1.4.1.1.7',
      commandField: 0x8001,
      messageIdBeingRespondedTo: 7,
      commandDataSetType: 0x0101,
      status: 0,
      affectedSopInstanceUid: '1.2.3.4',
    });
    expect(sink.received).to.have.length(1);
    expect(sink.received[0]?.bytes.equals(bytes)).to.equal(true);
    expect(sink.received[0]?.request).to.include({
      callingAeTitle: 'PEER',
      calledAeTitle: 'OCT',
      peerAddress: '127.0.0.1',
      sopClassUid: '1.2.840.10008.5.1.4.1.1.7',
      sopInstanceUid: '1.2.3.4',
      transferSyntaxUid: '1.2.840.10008.1.2.1',
    });
  });

  it('R4: says Success only after finish resolved', async () => {
    const { port, sink } = await testListener();
    let durable = (): void => undefined;
    sink.finish = () =>
      new Promise(
        (resolve) =>
          (durable = () => {
            resolve({ status: 0 });
          }),
      );
    const peer = await ScriptedPeer.associate(port);
    peer.send(store(Buffer.alloc(10)));
    let answered = false;
    const answer = response(peer).then((command) => {
      answered = true;
      return command;
    });
    await eventually(() => sink.received[0]?.end === 'finished');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(answered).to.equal(false);
    durable();
    expect((await answer).status).to.equal(0);
  });

  it('answers with the status and comment of the outcome, 64 printable characters at most', async () => {
    const { port, sink } = await testListener();
    sink.finish = () => Promise.resolve({ status: 0xc001, comment: `cut\\off\n${'x'.repeat(80)}` });
    const peer = await ScriptedPeer.associate(port);
    peer.send(store(Buffer.alloc(10)));
    expect(await response(peer)).to.include({
      status: 0xc001,
      errorComment: `cut?off?${'x'.repeat(56)}`,
    });
  });

  it('a refusal at begin lets the data set pass by, and the association goes on', async () => {
    const { port, sink, event } = await testListener();
    sink.begin = () => Promise.resolve({ status: 0xa700, comment: 'disk over its watermark' });
    const peer = await ScriptedPeer.associate(port);
    peer.send(store(Buffer.alloc(10_000)), pData(1, echoRq(8), { command: true }));
    expect((await response(peer)).status).to.equal(0xa700);
    expect((await response(peer)).commandField).to.equal(0x8030);
    peer.send(encodePdu({ type: 'A-RELEASE-RQ' }));
    expect((await event('released')).counts).to.deep.equal({ invoked: 1, answered: 1, stored: 0 });
  });

  const FAULTS = {
    'a full disk': [Object.assign(new Error('full'), { code: 'ENOSPC' }), 0xa700],
    'any other error': [new Error('broken'), 0x0110],
    'an error that carries a status': [Object.assign(new Error('x'), { status: 0xc123 }), 0xc123],
  } as const;
  for (const [name, [error, status]] of Object.entries(FAULTS)) {
    it(`${name} while writing: abandoned once, the rest passes by, ${status.toString(16)}`, async () => {
      const { port, sink } = await testListener();
      let writes = 0;
      sink.write = () => {
        writes += 1;
        return Promise.reject(error);
      };
      const peer = await ScriptedPeer.associate(port);
      peer.send(
        pData(3, storeRq(), { command: true }),
        ...Array.from({ length: 200 }, () => pData(3, Buffer.alloc(16_000), { last: false })),
        pData(3, Buffer.alloc(2)),
      );
      expect((await response(peer)).status).to.equal(status);
      expect(writes).to.equal(1);
      expect(sink.received[0]?.end).to.equal('abandoned');
    });

    it(`${name} in finish: ${status.toString(16)}`, async () => {
      const { port, sink } = await testListener();
      sink.finish = () => Promise.reject(error);
      const peer = await ScriptedPeer.associate(port);
      peer.send(store(Buffer.alloc(10)));
      expect((await response(peer)).status).to.equal(status);
    });
  }

  const NOT_UIDS = ['', '../../etc/passwd', '1.2/3', '1..2', '.1.2', '1.2.', '1.'.repeat(33) + '1'];
  for (const uid of NOT_UIDS) {
    it(`R37: refuses the SOP Instance UID ${JSON.stringify(uid)} before anyone sees it`, async () => {
      const { port, sink } = await testListener();
      const peer = await ScriptedPeer.associate(port);
      peer.send(store(Buffer.alloc(10), { affectedSopInstanceUid: uid }));
      const answer = await response(peer);
      expect(answer.status).to.equal(0x0117);
      expect(answer.affectedSopInstanceUid).to.equal(undefined);
      expect(sink.received).to.have.length(0);
    });
  }

  it('refuses a SOP class other than that of the context', async () => {
    const { port, sink } = await testListener();
    const peer = await ScriptedPeer.associate(port);
    peer.send(store(Buffer.alloc(10), { affectedSopClassUid: '1.2.840.10008.5.1.4.1.1.66.4' }));
    expect((await response(peer)).status).to.equal(0x0122);
    expect(sink.received).to.have.length(0);
  });

  it('refuses a requestor who gave up the SCU role', async () => {
    const { port } = await testListener();
    const roles = [{ sopClassUid: '1.2.840.10008.5.1.4.1.1.7', scu: false, scp: true }];
    const userInformation = { ...associateRq().userInformation, roleSelections: roles };
    const peer = await ScriptedPeer.associate(port, associateRq({ userInformation }));
    peer.send(store(Buffer.alloc(10)));
    expect((await response(peer)).status).to.equal(0x0124);
  });

  it('refuses a store without a data set', async () => {
    const { port } = await testListener();
    const peer = await ScriptedPeer.associate(port);
    peer.send(pData(3, storeRq({ commandDataSetType: 0x0101 }), { command: true }));
    expect((await response(peer)).status).to.equal(0xc000);
  });

  const CUTS: Record<string, (peer: ScriptedPeer) => void> = {
    'an A-ABORT': (peer) => {
      peer.send(encodePdu({ type: 'A-ABORT', source: 0, reason: 0 }));
    },
    'a closed connection': (peer) => peer.socket.end(),
    'a reset connection': (peer) => peer.socket.resetAndDestroy(),
    'a release request': (peer) => {
      peer.send(encodePdu({ type: 'A-RELEASE-RQ' }));
    },
  };
  for (const [name, cut] of Object.entries(CUTS)) {
    it(`R5: ${name} in the middle of an object abandons it, and the counts tell`, async () => {
      const { port, sink, events } = await testListener();
      const peer = await ScriptedPeer.associate(port);
      peer.send(pData(3, storeRq(), { command: true }), pData(3, Buffer.alloc(9), { last: false }));
      await eventually(() => sink.received[0]?.bytes.length === 9);
      cut(peer);
      await eventually(() => sink.received[0]?.end === 'abandoned');
      await eventually(() => events.some(({ type }) => /aborted|disconnected/.test(type)));
      expect(events.at(-1)).to.have.deep.property('counts', {
        invoked: 1,
        answered: 0,
        stored: 0,
      });
    });
  }

  it('back-pressure: a slow sink stops the sender, writes never overlap, order is kept', async () => {
    const { port, sink } = await testListener();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let inside = 0;
    let received = 0;
    sink.write = async (_, chunk) => {
      inside += 1;
      expect(inside).to.equal(1);
      await gate;
      for (const value of chunk) {
        if (value !== received++ % 251) throw new Error('out of order');
      }
      inside -= 1;
    };
    const peer = await ScriptedPeer.associate(port);
    peer.send(pData(3, storeRq(), { command: true }));
    const count = 4000;
    // 251 × 64 bytes: every PDV begins anew where the one before it ended.
    const bytes = Buffer.from(Array.from({ length: 251 * 64 }, (_, i) => i % 251));
    for (let i = 0; i < count; i += 1) peer.send(pData(3, bytes, { last: i === count - 1 }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    // 64 MB sent; what left the peer is our queue, the kernel's buffers and no more.
    const taken = peer.socket.bytesWritten - peer.socket.writableLength;
    expect(taken).to.be.lessThan(PDV_QUEUE_HIGH_WATER + 16 * 1024 * 1024);
    open();
    expect((await response(peer)).status).to.equal(0);
    expect(received).to.equal(count * bytes.length);
  });
});
