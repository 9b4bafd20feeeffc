import { expect } from 'chai';
import { pictureAgreement, truthAgreement } from '../../fixtures/agreement/agreement.js';
import type { CommonEye } from '../../fixtures/agreement/common-eye.js';
import { ASSESSED_DRESSES, DRESSES, type DressId } from '../../fixtures/opt/dresses.js';
import type { Matrix } from '../../fixtures/opt/modules.js';
import { APPEARANCES } from '../../fixtures/phantom/appearances.js';

/** Coarse, but for the columns of the field of 12 mm; docs/reference/agreement.md has the devices' own matrices. */
function coarse(dress: DressId): Matrix {
  const { rows } = APPEARANCES[DRESSES[dress].appearance];
  return { frames: 10, rows: rows >> 1, columns: dress === 'topcon-triton' ? 512 : 256 };
}

const HEALTHY: readonly CommonEye[] = [
  { seed: 31, laterality: 'R', pathologies: ['normal'] },
  { seed: 32, laterality: 'L', pathologies: ['normal'] },
];
const WET: CommonEye = {
  seed: 33,
  laterality: 'L',
  pathologies: ['central-serous-retinopathy'],
};

describe('volume: the same eye from every scanner', function () {
  this.timeout(120_000);
  for (const dress of ASSESSED_DRESSES) {
    it(`${dress}: fovea, disc side, surfaces and fluid are the reference's, there and back`, async () => {
      for (const eye of HEALTHY) {
        const found = await truthAgreement(eye, dress, coarse(dress));
        expect(Math.abs(found.fovea.columns)).to.be.below(1);
        expect(Math.abs(found.fovea.frames)).to.be.below(1);
        expect(found.discSide).to.equal(eye.laterality === 'R' ? 'right' : 'left');
        for (const { percentile99 } of [
          ...Object.values(found.surfaces),
          ...Object.values(found.roundTrip),
        ])
          expect(percentile99).to.be.at.most(1.001);
      }
      const { reference, scan } = (await truthAgreement(WET, dress, coarse(dress))).fluidNl;
      expect(reference).to.be.above(50);
      expect(scan / reference).to.be.within(0.95, 1.05);
    });

    // The others of Topcon share their optics and geometry with these; all are in docs/reference/agreement.md.
    if (dress === 'topcon-3doct2000' || dress === 'topcon-maestro2') continue;
    it(`${dress}: the picture is the reference scanner's, in its place`, async () => {
      const [found] = await pictureAgreement([WET, HEALTHY[0]!], 1, dress, coarse(dress));
      // Half the voxels are there to average the speckle away.
      expect(found!.withoutAppearance).to.be.above(0.97);
      expect(Math.abs(found!.displacement.rows)).to.be.below(0.5);
      expect(Math.abs(found!.displacement.columns)).to.be.below(0.5);
    });
  }
});
