import { expect } from 'chai';
import { APPEARANCES, type AppearanceId } from '../../fixtures/phantom/appearances.js';
import {
  makePhantom,
  makeTruth,
  volumeNl,
  type Phantom,
  type PhantomTruth,
} from '../../fixtures/phantom/phantom.js';
import type { PathologyName, ReferralClass } from '../../src/values/referral-class.js';
import { tissueIndex, type TissueName } from '../../src/values/tissue.js';
import { small } from './specifications.js';

const SEEDS = [1, 2, 3, 4, 5, 6];

function truths(pathology: PathologyName): PhantomTruth[] {
  return SEEDS.map((seed) => makeTruth(small({ seed, frames: 25, pathologies: [pathology] })));
}

function has(truth: PhantomTruth, tissue: TissueName): boolean {
  return truth.tissueMap.includes(tissueIndex(tissue));
}

function meanGrey(phantom: Phantom, tissue: TissueName): number {
  const index = tissueIndex(tissue);
  let sum = 0;
  let count = 0;
  phantom.tissueMap.forEach((value, i) => {
    if (value !== index) return;
    sum += phantom.voxels[i]!;
    count++;
  });
  return sum / count;
}

/** Retina and what lies in it, µm, at the A-scan of a frame and a column. */
function retinaUm(truth: PhantomTruth, frame: number, column: number): number {
  const inside = [tissueIndex('neurosensory-retina'), tissueIndex('intraretinal-fluid')];
  let rows = 0;
  for (let row = 0; row < truth.rows; row++) {
    const i = (frame * truth.rows + row) * truth.columns + column;
    if (inside.includes(truth.tissueMap[i]!)) rows++;
  }
  return rows * truth.spacing.axial * 1000;
}

function thinnest(truth: PhantomTruth): number {
  let least = Infinity;
  for (let frame = 8; frame < 17; frame++) {
    for (let column = 40; column < 88; column++) {
      least = Math.min(least, retinaUm(truth, frame, column));
    }
  }
  return least;
}

describe('The truth of a phantom', () => {
  const lesions: readonly [PathologyName, readonly TissueName[]][] = [
    ['cnv', ['fibrovascular-ped', 'subretinal-hyperreflective-material']],
    ['macular-oedema', ['intraretinal-fluid']],
    ['central-serous-retinopathy', ['subretinal-fluid']],
    ['vitreomacular-traction', ['posterior-hyaloid']],
    ['drusen', ['drusenoid-ped']],
    ['epiretinal-membrane', ['epiretinal-membrane']],
  ];
  for (const [pathology, tissues] of lesions) {
    it(`shows ${tissues.join(' or ')} in every eye with ${pathology}`, () => {
      for (const truth of truths(pathology)) {
        expect(
          tissues.some((tissue) => has(truth, tissue)),
          `seed ${truth.specification.seed}`,
        ).to.be.true;
      }
    });
  }

  it('holds no lesion in a healthy eye', () => {
    for (const truth of truths('normal')) {
      for (const [, tissues] of lesions.filter(([name]) => name !== 'vitreomacular-traction')) {
        for (const tissue of tissues) expect(has(truth, tissue), tissue).to.be.false;
      }
    }
  });

  it('opens the retina fully in a full-thickness hole, partly in a lamellar one', () => {
    for (const truth of truths('full-thickness-macular-hole')) {
      expect(thinnest(truth)).to.be.below(40);
    }
    for (const truth of truths('partial-thickness-macular-hole')) {
      expect(thinnest(truth)).to.be.within(80, 230);
    }
    for (const truth of truths('normal')) expect(thinnest(truth)).to.be.within(150, 300);
  });

  it('removes pigment epithelium in geographic atrophy', () => {
    const sick = truths('geographic-atrophy');
    const healthy = truths('normal');
    sick.forEach((truth, i) => {
      const rest = volumeNl(truth, 'retinal-pigment-epithelium');
      expect(rest).to.be.below(0.99 * volumeNl(healthy[i]!, 'retinal-pigment-epithelium'));
    });
  });

  it('has volumes of a human eye', () => {
    for (const truth of truths('normal')) {
      // 5.8 mm × 5.8 mm × about 0.3 mm.
      expect(volumeNl(truth, 'neurosensory-retina')).to.be.within(7500, 13000);
    }
    const fluid = truths('macular-oedema').map((truth) => volumeNl(truth, 'intraretinal-fluid'));
    expect(Math.max(...fluid)).to.be.within(100, 5000);
    const blisters = truths('central-serous-retinopathy');
    for (const truth of blisters) {
      expect(volumeNl(truth, 'subretinal-fluid')).to.be.within(50, 4000);
    }
  });

  it('keeps the eye when the matrix changes', () => {
    const specification = small({ frames: 16, pathologies: ['central-serous-retinopathy'] });
    const coarse = volumeNl(makeTruth(specification), 'subretinal-fluid');
    const fine = makeTruth({ ...specification, frames: 32, rows: 256, columns: 256 });
    expect(volumeNl(fine, 'subretinal-fluid')).to.be.closeTo(coarse, 0.05 * coarse);
  });

  for (const appearance of Object.keys(APPEARANCES) as AppearanceId[]) {
    it(`looks on ${appearance} as its labels say: fluid dark, pigment epithelium bright`, () => {
      const pathologies = ['central-serous-retinopathy', 'macular-oedema'] as const;
      const phantom = makePhantom(
        small({ appearance, pathologies, rows: 256, columns: 256, seed: 4 }),
      );
      const retina = meanGrey(phantom, 'neurosensory-retina');
      expect(meanGrey(phantom, 'intraretinal-fluid')).to.be.below(0.8 * retina);
      expect(meanGrey(phantom, 'subretinal-fluid')).to.be.below(0.8 * retina);
      expect(meanGrey(phantom, 'vitreous')).to.be.below(
        meanGrey(phantom, 'intraretinal-fluid') + 3,
      );
      expect(meanGrey(phantom, 'retinal-pigment-epithelium')).to.be.above(1.2 * retina);
    });
  }

  it('follows the most urgent finding', () => {
    const rule: readonly [readonly PathologyName[], ReferralClass][] = [
      [[], 'observation-only'],
      [['normal'], 'observation-only'],
      [['drusen'], 'observation-only'],
      [['drusen', 'geographic-atrophy'], 'routine'],
      [['epiretinal-membrane'], 'routine'],
      [['vitreomacular-traction'], 'routine'],
      [['partial-thickness-macular-hole'], 'routine'],
      [['macular-oedema', 'epiretinal-membrane'], 'semi-urgent'],
      [['full-thickness-macular-hole'], 'semi-urgent'],
      [['central-serous-retinopathy'], 'semi-urgent'],
      [['macular-oedema', 'cnv'], 'urgent'],
    ];
    for (const [pathologies, referral] of rule) {
      const truth = makeTruth(small({ frames: 1, rows: 16, columns: 16, pathologies }));
      expect(truth.referral, pathologies.join()).to.equal(referral);
    }
  });
});
