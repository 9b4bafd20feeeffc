import { expect } from 'chai';
import { join } from 'node:path';
import { makePhantom } from '../../fixtures/phantom/phantom.js';
import { evaluateScan } from '../../src/rereading/evaluate-scans.js';
import { measureEnsemble } from '../../src/evaluation/referral-measures.js';
import { measureClasses } from '../../src/evaluation/segmentation-measures.js';
import { TISSUE_NAMES } from '../../src/evaluation/truth.js';
import { readCostMatrix } from '../../src/referral/cost-matrix.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import { tissueIndex } from '../../src/values/tissue.js';
import { constant, networksOf, uniform } from '../inference/fake-networks.js';
import { MODELS } from '../inference/model-folder.js';

describe('evaluation: an ensemble of N × M members', () => {
  it('each prediction and each segmentation member is measured beside the ensemble', async () => {
    const phantom = makePhantom({
      seed: 9,
      appearance: 'spectralis',
      laterality: 'R',
      pathologies: [],
      frames: 12,
      rows: 248,
      columns: 128,
    });
    const volume: OctVolume = {
      ...phantom,
      frameNumbers: Array.from({ length: phantom.frames }, (_, i) => i + 1),
      profile: { id: 'heidelberg-spectralis-volume', because: '', evidence: 'documents' },
      steps: [],
    };
    const fluid = tissueIndex('intraretinal-fluid');
    const retina = tissueIndex('neurosensory-retina');
    const networks = networksOf(
      [uniform('s0', retina), uniform('s1', fluid), uniform('s2', retina)],
      [constant('c0', [0.1, 0.1, 0.1, 0.7]), constant('c1', [0.4, 0.1, 0.1, 0.4])],
    );
    const costMatrix = readCostMatrix(join(MODELS, 'decision.json'));
    const truth = {
      referral: 'observation-only',
      segmentation: { classes: TISSUE_NAMES, labels: phantom.tissueMap },
    } as const;
    const { scan } = await evaluateScan(
      'eye',
      { volume },
      () => Promise.resolve(truth),
      { networks, costMatrix, profiles: [] },
      false,
    );
    expect(scan.predictions).to.have.length(6);
    expect(measureEnsemble([scan])).to.deep.include({
      errorOfEnsemble: 0,
      errorOfMembers: [0, 1, 0, 1, 0, 1],
    });
    const [found] = measureClasses([scan]).filter(({ tissue }) => tissue === 'intraretinal-fluid');
    expect(found?.foundNl).to.equal(0);
    // The one that calls everything fluid finds what is not there; the others find nothing where nothing is.
    expect(found?.memberDice).to.deep.equal([null, 0, null]);
    const [first, second, third] = found!.memberErrorsNl!;
    expect([first, third]).to.deep.equal([0, 0]);
    // All of the scan: 12 B-scans over 6 × 6 mm, 1.92 mm deep.
    const { frame, axial, lateral } = phantom.spacing;
    const all = phantom.tissueMap.length * frame * axial * lateral * 1000;
    expect(second).to.be.closeTo(all, all * 0.001);
  });
});
