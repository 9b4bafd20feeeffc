import { once } from 'node:events';
import { expect } from 'chai';
import { startListener } from '../../src/dimse/listener.js';
import type { Listener } from '../../src/dimse/listener.js';
import { VERIFICATION_AND_STORAGE } from './support/accepted.js';
import { ScriptedPeer, pData, storeRq } from './support/scripted-peer.js';

/** A listener whose sink looks at what it was given once more after `pause` ms. */
async function slowListener(pause: number, changed: () => void): Promise<Listener> {
  return startListener({
    bind: '127.0.0.1',
    port: 0,
    aeTitle: 'OCT',
    accepted: VERIFICATION_AND_STORAGE,
    maxPduLength: 32768,
    maxAssociations: 8,
    admit: () => ({ admitted: true }),
    onEvent: () => undefined,
    store: {
      begin: () =>
        Promise.resolve({
          async write(chunks) {
            const before = Buffer.concat(chunks);
            await new Promise((resolve) => setTimeout(resolve, pause));
            if (!Buffer.concat(chunks).equals(before)) changed();
          },
          finish: () => Promise.resolve({ status: 0 }),
          abandon: () => Promise.resolve(),
        }),
    },
  });
}

describe('memory that is received into', () => {
  let listener: Listener;
  afterEach(() => listener.close());

  it('stays as it is while a sink works on it, whatever comes in meanwhile on all associations', async () => {
    let changes = 0;
    listener = await slowListener(5, () => (changes += 1));
    const peers = await Promise.all([1, 2, 3, 4].map(() => ScriptedPeer.associate(listener.port)));
    await Promise.all(
      peers.map(async (peer, index) => {
        peer.send(pData(3, storeRq(), { command: true }));
        // Every PDU has a byte of its own: memory that is read into too early shows.
        for (let i = 0; i < 400; i += 1) {
          const bytes = Buffer.alloc(16_000, (index * 61 + i) % 256);
          peer.send(pData(3, bytes, { last: i === 399 }));
        }
        expect((await peer.next())?.type).to.equal('P-DATA-TF');
      }),
    );
    expect(changes).to.equal(0);
  });

  it('does not keep connections counted that are over', async () => {
    listener = await slowListener(0, () => undefined);
    // 8 associations and 64 sockets beside them is the most that is open at once.
    for (let i = 0; i < 100; i += 1) {
      const peer = await ScriptedPeer.associate(listener.port);
      peer.socket.destroy();
      await once(peer.socket, 'close');
    }
    const last = await ScriptedPeer.associate(listener.port);
    expect(last.socket.destroyed).to.equal(false);
  });
});
