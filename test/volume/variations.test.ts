import { expect } from 'chai';
import { makePhantom, type Phantom } from '../../fixtures/phantom/phantom.js';
import { ASSESSED_DRESSES, DRESSES } from '../../fixtures/opt/dresses.js';
import { smallMatrix, makeOptFile } from '../../fixtures/opt/opt-file.js';
import { VARIATIONS, type VariationId } from '../../fixtures/opt/variations.js';
import { PRIVATE_CANARY } from '../../fixtures/opt/vary.js';
import { loadBytes, reasonsOf, volumeOf } from './support.js';

describe('volume: every variation ends as its table says', () => {
  for (const dress of ASSESSED_DRESSES) {
    let truth: Phantom;
    before(() => {
      truth = makePhantom({
        ...smallMatrix(dress),
        seed: 7,
        appearance: DRESSES[dress].appearance,
        laterality: 'R',
        pathologies: [],
        landmark: true,
      });
    });

    for (const [variation, { what, outcome }] of Object.entries(VARIATIONS)) {
      it(`${dress}, ${variation} (${what}): ${outcome}`, async () => {
        const file = makeOptFile({
          dress,
          phantom: truth,
          variations: [variation as VariationId],
        });
        const loaded = await loadBytes(file.bytes);
        if (outcome !== 'volume') {
          expect(reasonsOf(loaded)).to.deep.equal([outcome]);
          return;
        }
        const volume = volumeOf(loaded);
        expect(Buffer.compare(volume.voxels, truth.voxels)).to.equal(0);
        expect(volume.spacing.frame).to.be.closeTo(truth.spacing.frame, 1e-5);
        expect(volume.laterality).to.equal('R');
      });
    }
  }

  it('says all that is wrong at once', async () => {
    const file = makeOptFile({
      dress: 'topcon-3doct2000',
      phantom: { seed: 1, laterality: 'R', pathologies: [] },
      variations: ['missing-laterality', 'swapped-spacing', 'fewer-pixels'],
    });
    expect(reasonsOf(await loadBytes(file.bytes))).to.deep.equal([
      'LATERALITY_MISSING',
      'GEOMETRY_IMPLAUSIBLE',
      'PIXELS_NOT_READABLE',
    ]);
  });

  it('records each step, and no value of the patient in any word', async () => {
    for (const variation of Object.keys(VARIATIONS) as VariationId[]) {
      const file = makeOptFile({
        dress: 'heidelberg-spectralis',
        phantom: { seed: 1, laterality: 'R', pathologies: [] },
        variations: [variation],
      });
      const loaded = await loadBytes(file.bytes);
      const words =
        'volume' in loaded
          ? JSON.stringify([loaded.volume.steps, loaded.volume.profile])
          : JSON.stringify(loaded.reasons);
      expect(words).not.to.match(/M.{1,2}ller|OCT-PHANTOM-1|19500228/u);
      expect(words).not.to.include(PRIVATE_CANARY);
      if ('volume' in loaded && variation === 'sixteen-bit')
        expect(loaded.volume.steps.map(({ name }) => name)).to.include('16-bit samples to 8 bit');
      if ('volume' in loaded && variation === 'missing-planes')
        expect(loaded.volume.steps.map(({ name }) => name)).to.include(
          'missing plane positions filled in',
        );
    }
  });
});
