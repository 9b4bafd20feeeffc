import { expect } from 'chai';
import { classify } from '../../src/inference/classification.js';
import { goldenVolume, loadGoldenScan, readGoldenScan } from '../../src/inference/golden-scan.js';
import type { GoldenScan } from '../../src/inference/golden-scan.js';
import { infer } from '../../src/inference/infer.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import { prepareNetworks } from '../../src/inference/prepare.js';
import { closeNetworks, openNetworks, type Networks } from '../../src/inference/sessions.js';
import { measureTissueMap } from '../../src/inference/thickness-maps.js';
import { choose } from '../../src/inference/tuning.js';
import { TISSUES } from '../../src/values/tissue.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { MODELS } from './model-folder.js';

describe('inference: the golden scan', () => {
  const folder = temporaryFolder();
  let networks: Networks;
  let golden: GoldenScan;

  before(async () => {
    const modelSet = loadModelSet(MODELS);
    networks = await openNetworks(modelSet, { providers: ['cpu'], threads: 1 });
    // Fails where the manifest changed and models/training/write-golden-scan.ts was not run again.
    golden = loadGoldenScan(MODELS, modelSet.digest)!;
    expect(golden).to.not.equal(undefined);
  });
  after(() => closeNetworks(networks));

  it('is answered as known by the networks that ship', async () => {
    const { bscansPerSecond } = await readGoldenScan(golden, networks);
    expect(bscansPerSecond).to.be.above(0);
  });

  it('is not, when one label in fifty is another or a number is none', async () => {
    const gone: Networks = {
      ...networks,
      segmentation: networks.segmentation.map((network) => ({
        ...network,
        async run(input, shape) {
          const outputs = await network.run(input, shape);
          const labels = outputs['labels']!.data as Uint8Array;
          for (let i = 0; i < labels.length; i += 50) {
            labels[i] = (labels[i]! + 1) % TISSUES.length;
          }
          return outputs;
        },
      })),
    };
    const error: unknown = await readGoldenScan(golden, gone).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'OCT_GOLDEN_SCAN_DEVIATES');
  });

  it('is asked at start, on the provider that the worker then uses, and its pace is told', async () => {
    const prepared = await prepareNetworks({
      modelsFolder: MODELS,
      executionProviders: ['cpu'],
      threads: 0,
      tuningFile: folder('tuning.json'),
      workers: 1,
    });
    expect(prepared.bscansPerSecond).to.be.above(0);
    await closeNetworks(prepared.networks);
  });

  it('C1: from the tissue map of a network its predictions are computed again, bit for bit', async () => {
    const volume = goldenVolume(golden);
    const { enFaceGrid } = networks.manifest;
    const [first] = networks.segmentation;
    const alone = { ...networks, segmentation: [first!] };
    const { tissueMap, referral, volumesNl } = await infer(volume, alone);
    const measured = measureTissueMap(tissueMap, volume, enFaceGrid);
    for (const [index, network] of networks.classification.entries()) {
      const again = await classify(measured.enFace, enFaceGrid, network);
      expect(again.referral).to.deep.equal(referral[index]);
    }
    expect(measured.volumesNl).to.deep.equal(volumesNl);
  });

  it('tells what each tissue found does to the referral', async () => {
    const { occlusion = [], volumesNl } = await infer(goldenVolume(golden), networks);
    const found = TISSUES.flatMap(({ name }) => ((volumesNl[name] ?? 0) > 0 ? [name] : []));
    expect(found).to.not.be.empty;
    expect(occlusion.map(({ tissue }) => tissue)).to.deep.equal(found);
    for (const { referral } of occlusion) {
      expect(referral.without.reduce((sum, p) => sum + p, 0)).to.be.closeTo(1, 1e-3);
    }
    const moved = occlusion.map(({ referral }) =>
      Math.abs(referral.with[0]! - referral.without[0]!),
    );
    expect(Math.max(...moved), 'the largest change of the urgent probability').to.be.above(0.01);
  });
});

describe('inference: the choice of threads', () => {
  const measured = (threads: number, millisecondsPerBscan: number) => ({
    threads,
    spinning: threads === 0,
    millisecondsPerBscan,
  });

  it('takes more threads only where they are worth it, and never one that lost', () => {
    expect(choose([measured(1, 30), measured(2, 18), measured(0, 17.9)]).threads).to.equal(2);
    expect(choose([measured(1, 30), measured(2, 29.5), measured(0, 60)]).threads).to.equal(1);
    expect(choose([measured(1, 30), measured(2, 25), measured(0, 16)]).threads).to.equal(0);
  });
});
