import { expect } from 'chai';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import { eventually } from './support/eventually.js';
import { ScriptedPeer, associateRq } from './support/scripted-peer.js';
import { closeListeners, testListener } from './support/test-listener.js';

describe('limits on associations', () => {
  afterEach(closeListeners);

  const from = (callingAeTitle: string) => associateRq({ callingAeTitle });

  async function answerTo(port: number, callingAeTitle: string) {
    const peer = await ScriptedPeer.connect(port);
    peer.send(encodePdu(from(callingAeTitle)));
    return peer.next();
  }

  it('R22: one AE that takes all its own leaves room for another, and gets room back', async () => {
    const limits = { maxAssociations: 4, maxAssociationsPerCaller: 2 };
    const { port, event, listener } = await testListener(limits);
    const first = await ScriptedPeer.associate(port, from('GREEDY'));
    await ScriptedPeer.associate(port, from('GREEDY'));
    const refusal = await answerTo(port, 'GREEDY');
    expect(refusal).to.include({ type: 'A-ASSOCIATE-RJ', result: 2, source: 3, reason: 2 });
    const { lack, why } = await event('rejected');
    expect(lack).to.equal('localLimitExceeded');
    expect(why).to.match(/2 associations of this caller/);

    await ScriptedPeer.associate(port, from('MODEST'));
    first.socket.destroy();
    await eventually(() => listener.associations === 2);
    await ScriptedPeer.associate(port, from('GREEDY'));
  });

  it('may be called by several AE titles, and by no other', async () => {
    const { port, event } = await testListener({ furtherAeTitles: ['OLDNODE'] });
    for (const calledAeTitle of ['OCT', 'OLDNODE']) {
      await ScriptedPeer.associate(port, associateRq({ calledAeTitle }));
    }
    const peer = await ScriptedPeer.connect(port);
    peer.send(encodePdu(associateRq({ calledAeTitle: 'oct' })));
    expect(await peer.next()).to.include({ type: 'A-ASSOCIATE-RJ', result: 1, reason: 7 });
    expect((await event('rejected')).lack).to.equal('calledAeTitleNotRecognised');
  });
});
