import { expect } from 'chai';
import { Ledger } from '../../src/archive/ledger/ledger.js';
import { Refusals, readRefusals, type Refusal } from '../../src/archive/refusals.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive } from './objects.js';

const REFUSAL: Refusal = {
  callingAeTitle: 'OCT1',
  calledAeTitle: 'OCTRIAGE',
  peerAddress: '10.1.2.3',
  lack: 'callingAeTitleNotRecognised',
  sopClassUid: '',
  proposed: ['1.2.840.10008.1.1'],
  why: 'not in the table of callers',
};

describe('archive: refusals on record', () => {
  const folder = temporaryFolder();

  it('R38: the same refusal counts up, with first and last time, and survives the process', async () => {
    let at = 1000;
    const archive = openTestArchive(folder('twice'), { now: () => at });
    await archive.refusals.record([REFUSAL]);
    at = 2000;
    await archive.refusals.record([{ ...REFUSAL, proposed: ['1.2', '1.3'] }]);
    const expected = {
      ...REFUSAL,
      proposed: ['1.2', '1.3'],
      count: 2,
      firstAt: 1000,
      lastAt: 2000,
    };
    expect(await readRefusals(folder('twice')), 'while it is open').to.deep.equal([expected]);
    await archive.close();
    expect(await readRefusals(folder('twice'))).to.deep.equal([expected]);
  });

  it('is bounded: the oldest are forgotten', async () => {
    const archive = openTestArchive(folder('many'));
    await archive.close();
    const ledger = Ledger.open(archive.folder.ledger);
    let at = 0;
    const refusals = new Refusals(ledger, () => (at += 1), 10);
    for (let index = 0; index < 25; index += 1) {
      await refusals.record([{ ...REFUSAL, peerAddress: `10.0.0.${index}` }]);
    }
    const kept = await refusals.list();
    expect(kept).to.have.length(10);
    expect(kept[0]?.peerAddress).to.equal('10.0.0.24');
    await ledger.close();
  });

  it('a folder without a ledger has none', async () => {
    expect(await readRefusals(folder('nothing'))).to.deep.equal([]);
  });
});
