import { expect } from 'chai';
import { existsSync, readdirSync } from 'node:fs';
import type { Archive } from '../../src/archive/archive.js';
import { readShadowReadings } from '../../src/archive/shadow-readings.js';
import type { ReferralDecision } from '../../src/values/referral-decision.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive, resultObject, scheduleScan } from './objects.js';

const SETS = { active: 'aa'.repeat(32), shadow: 'bb'.repeat(32) };
const decided = (referral: 'urgent' | 'routine'): ReferralDecision => ({
  kind: 'assessed',
  referral,
  probabilities: [0.4, 0.3, 0.2, 0.1],
  spread: [0, 0, 0, 0],
  costMatrix: 'costs 1',
  because: 'test',
});

describe('archive: readings of a model set in shadow', () => {
  const folder = temporaryFolder();
  let archive: Archive;
  let run = 0;
  const data = () => folder(`data ${run}`);

  beforeEach(() => {
    run += 1;
    archive = openTestArchive(data(), {});
  });
  afterEach(() => archive.close());

  /** A scan that the active set has read, and the one in shadow is to read. */
  async function read(name: string) {
    await scheduleScan(archive, name);
    const item = (await archive.workitems.claim({ owner: 'worker', leaseMs: 10_000 }))!;
    await archive.workitems.complete(item, { results: [], destinations: [] });
    await archive.shadowReadings.want(item.acquisition, SETS, decided('routine'));
    return item.acquisition;
  }

  it('each scan is read once by the set in shadow, after those that wait for the active one', async () => {
    const acquisition = await read('first');
    await scheduleScan(archive, 'waiting');
    expect(await archive.shadowReadings.claim(SETS.shadow)).to.equal(undefined);
    const waiting = (await archive.workitems.claim({ owner: 'worker', leaseMs: 10_000 }))!;
    const item = (await archive.shadowReadings.claim(SETS.shadow))!;
    expect(item.acquisition).to.deep.equal(acquisition);
    expect(await archive.shadowReadings.claim('cc'.repeat(32))).to.equal(undefined);
    await archive.shadowReadings.complete(acquisition, SETS.shadow, decided('urgent'), []);
    expect(await archive.shadowReadings.claim(SETS.shadow)).to.equal(undefined);
    await archive.shadowReadings.want(acquisition, SETS, decided('routine'));
    expect(await archive.shadowReadings.claim(SETS.shadow)).to.equal(undefined);
    await archive.workitems.complete(waiting, { results: [], destinations: [] });
  });

  it('keeps both decisions and the objects, and puts nothing on record that could be sent', async () => {
    const acquisition = await read('kept');
    await archive.shadowReadings.claim(SETS.shadow);
    const result = resultObject('shadow');
    await archive.shadowReadings.complete(acquisition, SETS.shadow, decided('urgent'), [result]);
    const [reading] = await readShadowReadings(data());
    expect(reading).to.deep.include({
      acquisitionId: acquisition.id,
      activeSet: SETS.active,
      shadowSet: SETS.shadow,
      active: decided('routine'),
      shadow: decided('urgent'),
    });
    expect(readdirSync(`${data()}/shadow/${SETS.shadow.slice(0, 16)}`)).to.have.length(1);
    expect(await archive.results.find(result.sopInstanceUid)).to.equal(undefined);
    expect(existsSync(`${data()}/incoming/shadow-${result.sopInstanceUid}`)).to.equal(false);
  });

  it('is given up after as many attempts as any scan, with the reason', async () => {
    await read('broken');
    for (;;) {
      const item = await archive.shadowReadings.claim(SETS.shadow);
      if (item === undefined) break;
      await archive.shadowReadings.fail(item, SETS.shadow, `attempt ${String(item.attempt)}`);
    }
    const [reading] = await readShadowReadings(data());
    expect(reading?.shadow).to.equal(undefined);
    expect(reading?.failure).to.match(/^attempt \d$/);
  });
});
