import { expect } from 'chai';
import type { Archive } from '../../src/archive/archive.js';
import { comparedInWords, DriftWatch } from '../../src/joints/drift-watch.js';
import { loadModelSet, type ModelSet } from '../../src/inference/model-set.js';
import { Random } from '../../fixtures/phantom/random.js';
import { openTestArchive } from '../archive/objects.js';
import { readScan, recordLight } from '../archive/read-scan.js';
import { MODELS } from '../inference/model-folder.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('operations: devices are watched for drift', () => {
  const folder = temporaryFolder();
  const random = new Random(1, 'drift watch');
  let archive: Archive;
  let modelSet: ModelSet;
  let now = 1_000_000;

  before(() => {
    modelSet = loadModelSet(MODELS);
    archive = openTestArchive(folder('data'), { now: () => now });
  });
  after(() => archive.close());

  const device = { callingAeTitle: 'SCANNER', profile: 'spectralis' };
  async function read(count: number, light: number): Promise<void> {
    const scans = { count, light, at: now };
    await recordLight(archive, random, { ...device, modelSet: modelSet.digest }, scans);
    now += 1000 * count;
  }
  const gauge = (watch: DriftWatch) =>
    watch.gauges.find(({ labels }) => labels?.['kind'] === 'input')?.value;

  it('C9: an alarm in metrics and readiness, which ends when somebody accepts the change, and never a stop', async () => {
    const watch = new DriftWatch(archive.scanHistory, modelSet);
    await read(50, 200);
    await watch.look();
    const compared = { first: 50, last: 0 };
    expect(watch.devices).to.deep.equal([{ ...device, compared, state: 'learning', drifts: [] }]);
    expect(comparedInWords(watch.devices[0]!)).to.equal('50 of its first 50 scans, 0 of 20 since');
    await read(30, 200);
    await watch.look();
    expect(watch.devices[0]).to.deep.include({ state: 'watched', drifts: [] });
    expect(comparedInWords(watch.devices[0]!)).to.equal('the last 20 scans beside its first 50');
    expect([gauge(watch), watch.degradations]).to.deep.equal([0, []]);

    await read(15, 190);
    await watch.look();
    const [drifting] = watch.devices;
    expect(drifting?.drifts.map(({ measure }) => measure)).to.deep.equal(['bright']);
    expect(drifting?.drifts[0]?.before).to.be.closeTo(200, 1);
    expect(gauge(watch)).to.equal(1);
    const [degraded] = watch.degradations;
    expect(degraded?.name).to.equal('drift');
    // Open to everybody: no name of a device.
    expect(degraded?.reason).not.to.contain('SCANNER');
    // Scans are read on, and what they were given is on record.
    await readScan(archive, 'meanwhile');
    expect(await archive.workitemView.counts()).to.deep.include({ COMPLETED: 1 });

    now += 1000;
    await archive.scanHistory.renewReference(device);
    await watch.look();
    expect(watch.devices[0]).to.deep.include({ state: 'learning', drifts: [] });
    await read(70, 190);
    await watch.look();
    expect(watch.devices[0]).to.deep.include({ state: 'watched', drifts: [] });
  });

  it('another model set sees other scans, so it starts with a reference of its own', async () => {
    const other = new DriftWatch(archive.scanHistory, { ...modelSet, digest: 'bb'.repeat(32) });
    await other.look();
    expect(other.devices).to.deep.equal([]);
  });
});
