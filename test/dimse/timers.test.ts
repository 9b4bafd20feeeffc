import type { AddressInfo, Server } from 'node:net';
import { expect } from 'chai';
import { echo, sendInstances } from '../../src/dimse/sender.js';
import type { SendOutcome } from '../../src/dimse/sender.js';
import { DEFAULT_TIMERS } from '../../src/dimse/upper-layer/timers.js';
import type { Timers } from '../../src/dimse/upper-layer/timers.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { eventually } from './support/eventually.js';
import { bigInstance } from './support/big-instance.js';
import { ScriptedPeer, associateRq, echoRq, pData, storeRq } from './support/scripted-peer.js';
import { scriptedScp } from './support/scripted-scp.js';
import { closeListeners, testListener } from './support/test-listener.js';

const SHORT = 120;

describe('R17: named timers', () => {
  const path = temporaryFolder();
  const servers: Server[] = [];
  afterEach(async () => {
    await closeListeners();
    for (const server of servers.splice(0)) server.close();
  });

  async function scp(script: (peer: ScriptedPeer) => Promise<void>): Promise<number> {
    const server = await scriptedScp(script);
    servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  function peer(port: number) {
    return { host: '127.0.0.1', port, calledAeTitle: 'SCP', callingAeTitle: 'OCT' };
  }

  function timers(changes: Partial<Timers>): { timers: Timers } {
    return { timers: { ...DEFAULT_TIMERS, abort: SHORT, ...changes } };
  }

  it('R14: artim closes a connection on which no association request comes', async () => {
    const { port, event, listener } = await testListener({ timers: { artim: SHORT } });
    const silent = await ScriptedPeer.connect(port);
    await silent.closed;
    expect((await event('disconnected')).why).to.include('ARTIM');
    await eventually(() => listener.connections === 0);
  });

  it('R14: artim is not restarted by a request that drips in byte by byte', async () => {
    const { port } = await testListener({ timers: { artim: 2 * SHORT } });
    const slow = await ScriptedPeer.connect(port);
    const started = Date.now();
    const bytes = encodePdu(associateRq());
    let at = 0;
    const drip = setInterval(() => {
      slow.send(bytes.subarray(at, ++at));
    }, 20);
    await slow.closed;
    clearInterval(drip);
    expect(Date.now() - started).to.be.lessThan(10 * SHORT);
  });

  it('artim closes the connection of a peer that stays after its rejection', async () => {
    const { port, listener } = await testListener({ timers: { artim: SHORT } });
    const peerOfOurs = await ScriptedPeer.connect(port);
    peerOfOurs.send(encodePdu(associateRq({ calledAeTitle: 'OTHER' })));
    expect((await peerOfOurs.next())?.type).to.equal('A-ASSOCIATE-RJ');
    await peerOfOurs.closed;
    await eventually(() => listener.connections === 0);
  });

  it('idle aborts an association on which nothing happens', async () => {
    const { port, event } = await testListener({ timers: { idle: SHORT } });
    const idle = await ScriptedPeer.associate(port);
    expect(await idle.next()).to.deep.equal({ type: 'A-ABORT', source: 0, reason: 0 });
    expect((await event('aborted')).why).to.include('idle timer');
  });

  it('R18: idle counts from the last activity, and each message is one', async () => {
    const { port } = await testListener({ timers: { idle: 3 * SHORT } });
    const active = await ScriptedPeer.associate(port);
    for (let i = 1; i <= 5; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, SHORT));
      active.send(pData(1, echoRq(i), { command: true }));
      expect((await active.next())?.type).to.equal('P-DATA-TF');
    }
  });

  it('idle does not run while we ourselves are working on a request', async () => {
    const { port, sink } = await testListener({ timers: { idle: SHORT } });
    sink.finish = async () => {
      await new Promise((resolve) => setTimeout(resolve, 4 * SHORT));
      return { status: 0 };
    };
    const storing = await ScriptedPeer.associate(port);
    storing.send(pData(3, storeRq(), { command: true }), pData(3, Buffer.alloc(10)));
    expect((await storing.next())?.type).to.equal('P-DATA-TF');
  });

  it('idle ends an object that stops half-way, and the object is abandoned', async () => {
    const { port, sink, event } = await testListener({ timers: { idle: SHORT } });
    const half = await ScriptedPeer.associate(port);
    half.send(pData(3, storeRq(), { command: true }), pData(3, Buffer.alloc(10), { last: false }));
    await event('aborted');
    await half.closed;
    expect(sink.received.map(({ end }) => end)).to.deep.equal(['abandoned']);
  });

  it('abort destroys the socket of a peer that ignores our A-ABORT', async () => {
    const { port, listener } = await testListener({ timers: { idle: SHORT, abort: SHORT } });
    const deaf = await ScriptedPeer.associate(port);
    await deaf.closed;
    await eventually(() => listener.connections === 0);
  });

  it('R16: sendProgress drops a receiver that stops reading in the middle of an object', async () => {
    const port = await scp(async (stalled) => {
      await stalled.acceptAssociation();
      stalled.socket.pause();
    });
    const started = Date.now();
    const [outcome] = await sendInstances(
      peer(port),
      [await bigInstance(path('stalled.bin'), 32 * 1024 * 1024)],
      timers({ sendProgress: SHORT }),
    );
    expectFailure(outcome, 'transient', 'send-progress');
    expect(Date.now() - started).to.be.lessThan(5000);
  });

  it('R16: sendProgress drops a requestor that does not read our responses', async () => {
    const { port, event, listener } = await testListener({
      timers: { sendProgress: SHORT, abort: SHORT },
    });
    const stalled = await ScriptedPeer.associate(port);
    stalled.socket.pause();
    const echoes = Buffer.concat(
      Array.from({ length: 1000 }, (_, i) => pData(1, echoRq(i), { command: true })),
    );
    const flood = setInterval(() => {
      if (stalled.socket.writableLength < 4e6) stalled.socket.write(echoes);
    }, 1);
    expect((await event('aborted')).why).to.include('send-progress');
    clearInterval(flood);
    stalled.socket.destroy();
    await stalled.closed;
    await eventually(() => listener.connections === 0);
  });

  it('associationRequest gives up on a peer that never answers', async () => {
    const port = await scp(() => Promise.resolve());
    expectFailure(
      await echo(peer(port), timers({ associationRequest: SHORT })),
      'transient',
      'association-request',
    );
  });

  it('response aborts when no response comes; the object may have arrived: ambiguous', async () => {
    const port = await scp(async (mute) => mute.acceptAssociation());
    const [outcome] = await sendInstances(
      peer(port),
      [await bigInstance(path('small.bin'), 1000)],
      timers({ response: SHORT }),
    );
    expectFailure(outcome, 'ambiguous', 'response timer');
  });

  it('R18: a response shortly before the response timer is taken', async () => {
    const port = await scp(async (slow) => {
      await slow.acceptAssociation();
      await slow.next();
      await new Promise((resolve) => setTimeout(resolve, SHORT));
      slow.respond(1, { commandField: 0x8030, messageIdBeingRespondedTo: 1, status: 0 });
    });
    const outcome = await echo(peer(port), timers({ response: 3 * SHORT, release: SHORT }));
    expect(outcome).to.include({ kind: 'answered', status: 0 });
  });

  it('R16, R18: sending counts as activity: a slow receiver is served for longer than any timer', async () => {
    const port = await scp(async (slow) => {
      await slow.acceptAssociation();
      // Reads a little in each half of the timer; the object takes several times as long.
      for (let round = 0; round < 12; round += 1) {
        slow.socket.pause();
        await new Promise((resolve) => setTimeout(resolve, SHORT));
        slow.socket.resume();
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      for (let pdu = await slow.next(); pdu; pdu = await slow.next()) {
        if (pdu.type !== 'P-DATA-TF' || pdu.values.some((v) => v.isCommand || !v.isLast)) continue;
        slow.respond(1, { commandField: 0x8001, messageIdBeingRespondedTo: 1, status: 0 });
      }
    });
    const started = Date.now();
    const [outcome] = await sendInstances(
      peer(port),
      [await bigInstance(path('slow.bin'), 24 * 1024 * 1024)],
      timers({ sendProgress: 5 * SHORT, response: 5 * SHORT, idle: SHORT, release: SHORT }),
    );
    expect(outcome).to.include({ kind: 'answered', status: 0 });
    expect(Date.now() - started).to.be.greaterThan(8 * SHORT);
  });

  it('release aborts when the peer does not answer our release request', async () => {
    const seen: string[] = [];
    const port = await scp(async (rude) => {
      await rude.acceptAssociation();
      await rude.next();
      rude.respond(1, { commandField: 0x8030, messageIdBeingRespondedTo: 1, status: 0 });
      for (let pdu = await rude.next(); pdu; pdu = await rude.next()) seen.push(pdu.type);
    });
    await echo(peer(port), timers({ release: SHORT }));
    expect(seen).to.deep.equal(['A-RELEASE-RQ', 'A-ABORT']);
  });
});

function expectFailure(outcome: SendOutcome | undefined, failure: string, reason: string): void {
  expect(outcome).to.include({ kind: 'failed', failure });
  expect(outcome).to.have.property('reason').that.includes(reason);
}
