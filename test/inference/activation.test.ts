import { expect } from 'chai';

import { infer } from '../../src/inference/infer.js';
import type { Network } from '../../src/inference/sessions.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import { PATHOLOGIES, REFERRAL_CLASSES } from '../../src/values/referral-class.js';
import { tissueIndex } from '../../src/values/tissue.js';
import { activating, constant, networksOf, uniform } from './fake-networks.js';

const RETINA = tissueIndex('neurosensory-retina');
const VOLUME: OctVolume = {
  frames: 2,
  rows: 64,
  columns: 32,
  voxels: new Uint8Array(2 * 64 * 32).map((_, i) => i % 251),
  spacing: { frame: 0.25, axial: 0.00775, lateral: 0.0234 },
  laterality: 'R',
  frameNumbers: [1, 2],
  profile: { id: 'test', because: 'test', evidence: 'none' },
  steps: [],
};
const activationOf = async (classifiers: readonly Network[]) =>
  (await infer(VOLUME, networksOf([uniform('s', RETINA)], classifiers))).activation;

describe('inference: where the referral networks saw each class', () => {
  it('is the mean of the maps that the networks give, with the place of their cells', async () => {
    const activation = await activationOf([activating('a', 1), activating('b', 4)]);
    expect(activation).to.include({ rows: 2, columns: 3 });
    // The en-face grid is 24 × 250 µm by 128 × 46.9 µm.
    expect(activation?.spacing.frame).to.be.closeTo(3, 1e-9);
    expect(activation?.spacing.lateral).to.be.closeTo(2.001, 1e-3);
    expect(Object.keys(activation?.classes ?? {})).to.deep.equal([
      ...REFERRAL_CLASSES,
      ...PATHOLOGIES.map(({ name }) => name),
    ]);
    expect([...activation!.classes.urgent]).to.deep.equal([2.5, 2.5, 2.5, 2.5, 2.5, 2.5]);
  });

  it('is not told where one of the networks has none: it would not explain the common answer', async () => {
    const silent = constant('b', [0.97, 0.01, 0.01, 0.01]);
    expect(await activationOf([activating('a', 1), silent])).to.equal(undefined);
  });

  it('drops a network whose map is no map', async () => {
    const found = await infer(
      VOLUME,
      networksOf([uniform('s', RETINA)], [activating('a', 1), activating('b', NaN)]),
    );
    expect(found.dropped?.map(({ file }) => file)).to.deep.equal(['b']);
    expect(found.activation?.classes.urgent[0]).to.equal(1);
  });
});
