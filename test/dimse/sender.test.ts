import type { AddressInfo, Server } from 'node:net';
import { readFile, truncate } from 'node:fs/promises';
import { expect } from 'chai';
import { echo, sendInstances } from '../../src/dimse/sender.js';
import type { OutgoingInstance, Peer } from '../../src/dimse/sender.js';
import { DEFAULT_TIMERS } from '../../src/dimse/upper-layer/timers.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import type { AssociateRq } from '../../src/dimse/upper-layer/pdu.js';
import { freePort } from '../../fixtures/free-port.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { bigInstance } from './support/big-instance.js';
import type { ScriptedPeer } from './support/scripted-peer.js';
import { scriptedScp } from './support/scripted-scp.js';
import { closeListeners, testListener } from './support/test-listener.js';

const OPTIONS = { timers: { ...DEFAULT_TIMERS, response: 2000, abort: 50, artim: 50 } };

describe('sending', () => {
  const path = temporaryFolder();
  const servers: Server[] = [];
  let instance: OutgoingInstance;
  before(async () => {
    instance = await bigInstance(path('object.bin'), 100_001);
  });
  afterEach(async () => {
    await closeListeners();
    for (const server of servers.splice(0)) server.close();
  });

  function peer(port: number, calledAeTitle = 'OCT'): Peer {
    return { host: '127.0.0.1', port, calledAeTitle, callingAeTitle: 'SENDER' };
  }

  async function scp(script: (peer: ScriptedPeer) => Promise<void>): Promise<Peer> {
    const server = await scriptedScp(script);
    servers.push(server);
    return peer((server.address() as AddressInfo).port);
  }

  /** Reads PDUs until the data set's last fragment. */
  async function takeObject(from: ScriptedPeer): Promise<number> {
    let longest = 0;
    for (;;) {
      const pdu = await from.next();
      if (pdu?.type !== 'P-DATA-TF') throw new Error(`${pdu?.type ?? 'close'} within an object`);
      longest = Math.max(longest, encodePdu(pdu).length - 6);
      if (pdu.values.some(({ isCommand, isLast }) => !isCommand && isLast)) return longest;
    }
  }

  it('R19: sends a batch over one association, byte for byte, with different messages', async () => {
    const { port, sink, events } = await testListener();
    const batch = [instance, { ...instance, dataSetOffset: 50_001, sopInstanceUid: '1.2.3.5' }];
    const outcomes = await sendInstances(peer(port), batch, OPTIONS);
    expect(outcomes.map((outcome) => outcome.kind === 'answered' && outcome.status)).to.deep.equal([
      0, 0,
    ]);
    const whole = await readFile(instance.path);
    expect(sink.received.map(({ bytes }) => bytes)).to.deep.equal([whole, whole.subarray(50_001)]);
    expect(events.filter(({ type }) => type === 'accepted')).to.have.length(1);
    expect(events.at(-1)?.type).to.equal('released');
  });

  for (const limit of [0, 28, 1001, 4096, 16384, 1 << 24]) {
    it(`keeps to the peer's maximum PDU length ${limit}`, async () => {
      let longest = 0;
      const target = await scp(async (small) => {
        await small.acceptAssociation(limit);
        longest = await takeObject(small);
        small.respond(1, { commandField: 0x8001, messageIdBeingRespondedTo: 1, status: 0 });
        await small.next();
        small.send(encodePdu({ type: 'A-RELEASE-RP' }));
      });
      const [outcome] = await sendInstances(target, [instance], OPTIONS);
      expect(outcome).to.include({ kind: 'answered', status: 0, category: 'success' });
      expect(longest).to.be.at.most(limit === 0 ? 128 * 1024 : limit);
    });
  }

  it('R6: reports a failure status with comment and offending elements, and goes on', async () => {
    const { port, sink } = await testListener();
    sink.finish = ({ request }) =>
      Promise.resolve(
        request.sopInstanceUid === '1.2.3.4'
          ? { status: 0xa900, comment: 'no' }
          : { status: 0xb000 },
      );
    const batch = [instance, { ...instance, sopInstanceUid: '1.2.3.5' }];
    expect(await sendInstances(peer(port), batch, OPTIONS)).to.deep.equal([
      { kind: 'answered', status: 0xa900, category: 'failure', comment: 'no' },
      { kind: 'answered', status: 0xb000, category: 'warning' },
    ]);
  });

  it('R24: no accepted context is permanent, and the reason names what was proposed', async () => {
    const { port } = await testListener();
    const strange = { ...instance, sopClassUid: '1.2.840.10008.5.1.4.1.1.4' };
    const [failed, sent] = await sendInstances(peer(port), [strange, instance], OPTIONS);
    expect(failed).to.include({
      kind: 'failed',
      failure: 'permanent',
      code: 'OCT_DIMSE_NO_CONTEXT',
    });
    expect(failed)
      .to.have.property('reason')
      .that.matches(
        /1\.2\.840\.10008\.5\.1\.4\.1\.1\.4 proposed in Explicit VR Little Endian .*not supported.*accepted Secondary Capture/,
      );
    expect(sent).to.include({ kind: 'answered', status: 0 });
  });

  it('R23: neither asynchronous operations nor roles are proposed', async () => {
    let request: AssociateRq | undefined;
    const target = await scp(async (curious) => {
      const pdu = await curious.next();
      if (pdu?.type === 'A-ASSOCIATE-RQ') request = pdu;
      curious.socket.destroy();
    });
    await echo(target, OPTIONS);
    expect(request?.userInformation).to.not.have.property('asynchronousOperations');
    expect(request?.userInformation.roleSelections).to.deep.equal([]);
    expect(request).to.include({ calledAeTitle: 'OCT', callingAeTitle: 'SENDER' });
  });

  it('R25: more than 128 contexts are split over associations', async () => {
    const { port, events } = await testListener();
    const batch = Array.from({ length: 130 }, (_, i) => ({
      ...instance,
      transferSyntaxUid: `1.2.3.${i + 1}`,
    }));
    batch.push(instance);
    const outcomes = await sendInstances(peer(port), batch, OPTIONS);
    expect(outcomes).to.have.length(131);
    expect(outcomes.at(-1)).to.include({ status: 0 });
    expect(outcomes[0]).to.include({ failure: 'permanent' });
    expect(events.filter(({ type }) => type === 'requested')).to.have.length(2);
  });

  const OPENING: Record<string, [() => Promise<Peer>, object]> = {
    'a refused connection': [
      async () => peer(await freePort()),
      { failure: 'transient', code: 'OCT_DIMSE_UNREACHABLE' },
    ],
    'an unknown host': [
      () => Promise.resolve({ ...peer(104), host: 'no-such-host.invalid' }),
      { failure: 'transient', code: 'OCT_DIMSE_UNREACHABLE' },
    ],
    'a wrong called AE title': [
      async () => peer((await testListener()).port, 'OTHER'),
      { failure: 'permanent', code: 'OCT_DIMSE_REJECTED' },
    ],
    'a peer that is full': [
      async () => peer((await testListener({ maxAssociations: 0 })).port),
      { failure: 'transient', code: 'OCT_DIMSE_REJECTED_FOR_NOW' },
    ],
    'an AE title that is none': [
      () => Promise.resolve(peer(104, 'SEVENTEEN_LETTERS')),
      { failure: 'permanent', code: 'OCT_DIMSE_OPTION' },
    ],
    'a peer that aborts at once': [
      () =>
        scp(async (rude) => {
          await rude.next();
          rude.send(encodePdu({ type: 'A-ABORT', source: 2, reason: 0 }));
        }),
      { failure: 'transient', code: 'OCT_DIMSE_PROTOCOL' },
    ],
    'a peer that speaks HTTP': [
      () =>
        scp((web) => {
          web.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
          return Promise.resolve();
        }),
      { failure: 'transient', code: 'OCT_DIMSE_PROTOCOL' },
    ],
  };
  for (const [name, [target, expected]] of Object.entries(OPENING)) {
    it(`${name}: ${JSON.stringify(expected)}`, async () => {
      const to = await target();
      const [outcome] = await sendInstances(to, [instance], OPTIONS);
      expect(outcome).to.include({ kind: 'failed', ...expected });
      expect(await echo(to, OPTIONS)).to.include({ kind: 'failed', ...expected });
    });
  }

  const abort = encodePdu({ type: 'A-ABORT', source: 0, reason: 0 });
  const DURING: Record<string, [(scp: ScriptedPeer) => Promise<void>, string, string]> = {
    'aborted before the object was whole': [
      async (rude) => {
        await rude.next();
        rude.send(abort);
      },
      'transient',
      'OCT_DIMSE_INTERRUPTED',
    ],
    'aborted after the object, before the response': [
      async (rude) => {
        await takeObject(rude);
        rude.send(abort);
      },
      'ambiguous',
      'OCT_DIMSE_NO_RESPONSE',
    ],
    'closed after the object, before the response': [
      async (rude) => {
        await takeObject(rude);
        rude.socket.end();
      },
      'ambiguous',
      'OCT_DIMSE_NO_RESPONSE',
    ],
    'R20: answered to another message': [
      async (rude) => {
        await takeObject(rude);
        rude.respond(1, { commandField: 0x8001, messageIdBeingRespondedTo: 9, status: 0 });
      },
      'ambiguous',
      'OCT_DIMSE_NO_RESPONSE',
    ],
    'answered by another command': [
      async (rude) => {
        await takeObject(rude);
        rude.respond(1, { commandField: 0x8030, messageIdBeingRespondedTo: 1, status: 0 });
      },
      'ambiguous',
      'OCT_DIMSE_NO_RESPONSE',
    ],
    'asked for release instead of answered': [
      async (rude) => {
        await takeObject(rude);
        rude.send(encodePdu({ type: 'A-RELEASE-RQ' }));
      },
      'ambiguous',
      'OCT_DIMSE_NO_RESPONSE',
    ],
  };
  for (const [name, [script, failure, code]] of Object.entries(DURING)) {
    it(`${name}: ${failure}, and the objects behind it are transient`, async () => {
      // Larger than what the kernel buffers, so that an early abort meets us while sending.
      const large = await bigInstance(path('large.bin'), 16 * 1024 * 1024);
      const target = await scp(async (rude) => {
        await rude.acceptAssociation();
        await script(rude);
      });
      const outcomes = await sendInstances(target, [large, instance], OPTIONS);
      expect(outcomes[0]).to.include({ kind: 'failed', failure, code });
      expect(outcomes[1]).to.include({ kind: 'failed', failure: 'transient' });
    });
  }

  it('a file that is not there costs neither the association nor the other objects', async () => {
    const { port, sink } = await testListener();
    const missing = { ...instance, path: path('missing.dcm') };
    const outcomes = await sendInstances(peer(port), [missing, instance], OPTIONS);
    expect(outcomes[0]).to.include({ failure: 'permanent', code: 'OCT_DIMSE_FILE' });
    expect(outcomes[1]).to.include({ kind: 'answered', status: 0 });
    expect(sink.received).to.have.length(1);
  });

  it('a file that shrinks while it is sent is never sent short', async () => {
    const { port, sink } = await testListener();
    const shrinking = await bigInstance(path('shrinking.bin'), 8 * 1024 * 1024);
    sink.write = async () => truncate(shrinking.path, 1000);
    const [outcome] = await sendInstances(peer(port), [shrinking], OPTIONS);
    expect(outcome).to.include({ kind: 'failed', code: 'OCT_DIMSE_FILE' });
    expect(sink.received[0]?.end).to.not.equal('finished');
  });

  it('release collision: both ask at once, both are answered', async () => {
    const seen: string[] = [];
    const target = await scp(async (eager) => {
      await eager.acceptAssociation();
      await eager.next();
      eager.respond(1, { commandField: 0x8030, messageIdBeingRespondedTo: 1, status: 0 });
      seen.push((await eager.next())?.type ?? 'close');
      eager.send(encodePdu({ type: 'A-RELEASE-RQ' }));
      seen.push((await eager.next())?.type ?? 'close');
      eager.send(encodePdu({ type: 'A-RELEASE-RP' }));
    });
    expect(await echo(target, OPTIONS)).to.include({ kind: 'answered', status: 0 });
    expect(seen).to.deep.equal(['A-RELEASE-RQ', 'A-RELEASE-RP']);
  });

  it('echo is answered, and leaves nothing open', async () => {
    const { port, listener } = await testListener();
    expect(await echo(peer(port), OPTIONS)).to.deep.equal({
      kind: 'answered',
      status: 0,
      category: 'success',
    });
    await listener.close();
    expect(listener.connections).to.equal(0);
  });
});
