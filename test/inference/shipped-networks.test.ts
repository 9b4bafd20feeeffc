import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { makePhantom, volumeNl } from '../../fixtures/phantom/phantom.js';
import type { Phantom, PhantomSpecification } from '../../fixtures/phantom/phantom.js';
import { infer } from '../../src/inference/infer.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import { closeNetworks, openNetworks } from '../../src/inference/sessions.js';
import type { Networks } from '../../src/inference/sessions.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import { tissueIndex } from '../../src/values/tissue.js';
import type { TissueName } from '../../src/values/tissue.js';
import { MODELS } from './model-folder.js';

interface Golden {
  segmentation: {
    shape: number[];
    labelCounts: number[];
    middleRow: number[];
    confidence: number[];
  };
  classification: { shape: number[]; referral: number[]; pathologies: number[] };
}
const golden = JSON.parse(readFileSync(join(MODELS, 'golden.json'), 'utf8')) as Golden;

/** The made-up input of models/training/export_onnx.py. */
function ramp(shape: readonly number[], factor = 1): Float32Array {
  const length = shape.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length }, (_, i) => Math.fround(((i * 31) % 97) / 97) * factor);
}

function asVolume(phantom: Phantom): OctVolume {
  const { frames } = phantom;
  return {
    ...phantom,
    frameNumbers: Array.from({ length: frames }, (_, i) => i + 1),
    profile: { id: phantom.specification.appearance, because: 'phantom', evidence: 'phantom-only' },
    steps: [],
  };
}

function dice(phantom: Phantom, tissueMap: Uint8Array, tissue: TissueName): number {
  const index = tissueIndex(tissue);
  let both = 0;
  let sum = 0;
  for (let i = 0; i < tissueMap.length; i++) {
    const truth = phantom.tissueMap[i] === index;
    const found = tissueMap[i] === index;
    sum += Number(truth) + Number(found);
    both += Number(truth && found);
  }
  return (2 * both) / sum;
}

/** Half of the Spectralis' matrix, and few B-scans: enough to see a lesion, and soon done. */
const SMALL = { frames: 10, rows: 248, columns: 256 } as const;
const BLISTER: PhantomSpecification = {
  seed: 424242,
  appearance: 'spectralis',
  laterality: 'R',
  pathologies: [],
  landmark: true,
  ...SMALL,
};

describe('inference: the networks that ship with the program', function () {
  this.timeout(60_000);
  let networks: Networks;
  before(async () => {
    networks = await openNetworks(loadModelSet(MODELS), { providers: ['cpu'], threads: 1 });
  });
  after(() => closeNetworks(networks));

  it('ONNX Runtime labels as torch did', async () => {
    const { shape, labelCounts, middleRow, confidence } = golden.segmentation;
    const outputs = await networks.segmentation[0]!.run(ramp(shape), shape);
    const labels = outputs['labels']!.data as Uint8Array;
    const counts = labelCounts.map((_, label) => labels.filter((value) => value === label).length);
    const difference = counts.reduce((sum, count, i) => sum + Math.abs(count - labelCounts[i]!), 0);
    // 99.9 % of 4096 labels equal.
    expect(difference / 2).to.be.at.most(4);
    const row = [...labels.subarray(32 * 64, 33 * 64)];
    expect(row.filter((label, i) => label !== middleRow[i]).length).to.be.at.most(1);
    expect(Number(outputs['confidence']!.data[0])).to.be.closeTo(confidence[0]!, 1e-3);
  });

  it('ONNX Runtime classifies as torch did', async () => {
    const { shape, referral, pathologies } = golden.classification;
    const outputs = await networks.classification[0]!.run(ramp(shape, 300), shape);
    for (const [i, expected] of referral.entries()) {
      expect(Number(outputs['referral']!.data[i])).to.be.closeTo(expected, 1e-3);
    }
    for (const [i, expected] of pathologies.entries()) {
      expect(Number(outputs['pathologies']!.data[i])).to.be.closeTo(expected, 1e-3);
    }
  });

  it('finds a large pocket of subretinal fluid and the retina over it, and says the same again', async () => {
    const phantom = makePhantom(BLISTER);
    const truth = volumeNl(phantom, 'subretinal-fluid');
    expect(truth, 'the pocket is large').to.be.above(300);
    const findings = await infer(asVolume(phantom), networks);
    expect(dice(phantom, findings.tissueMap, 'neurosensory-retina')).to.be.above(0.9);
    expect(dice(phantom, findings.tissueMap, 'subretinal-fluid')).to.be.above(0.6);
    expect(findings.volumesNl['subretinal-fluid']).to.be.within(truth * 0.6, truth * 1.4);
    expect(findings.retinaShare).to.be.above(0.9);
    const again = await infer(asVolume(phantom), networks);
    expect(Buffer.compare(again.tissueMap, findings.tissueMap)).to.equal(0);
    expect(again.referral).to.deep.equal(findings.referral);
    expect(again.pathologies).to.deep.equal(findings.pathologies);
  });

  it('finds next to no fluid in a healthy eye', async () => {
    const phantom = makePhantom({
      ...BLISTER,
      seed: 77,
      appearance: 'topcon-maestro2',
      laterality: 'L',
      landmark: false,
      rows: 442,
    });
    const { volumesNl } = await infer(asVolume(phantom), networks);
    expect(volumesNl['subretinal-fluid']! + volumesNl['intraretinal-fluid']!).to.be.below(15);
  });

  it('finds no retina in noise', async () => {
    const phantom = makePhantom(BLISTER);
    const voxels = phantom.voxels.map((_, i) => 20 + ((i * 2654435761) >>> 27));
    const { retinaShare } = await infer({ ...asVolume(phantom), voxels }, networks);
    expect(retinaShare).to.be.below(networks.manifest.thresholds.minimumRetinaShare);
  });
});
