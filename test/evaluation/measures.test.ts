import { expect } from 'chai';
import { overlaps, pooledDice } from '../../src/evaluation/overlap.js';
import { surfaceErrors } from '../../src/evaluation/surface-error.js';
import { TISSUE_NAMES, TRUTH_LABELS, type TruthClass } from '../../src/evaluation/truth.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import { tissueIndex, type TissueName } from '../../src/values/tissue.js';

const [V, R, IRF, SRF, RPE, C] = (
  [
    'vitreous',
    'neurosensory-retina',
    'intraretinal-fluid',
    'subretinal-fluid',
    'retinal-pigment-epithelium',
    'choroid',
  ] as const
).map(tissueIndex) as [number, number, number, number, number, number];
/** Voxels of 0.1 nl. */
const SPACING = { frame: 0.1, axial: 0.01, lateral: 0.1 };

const of = (found: readonly number[], truth: readonly number[], classes: readonly TruthClass[]) => {
  const labels = Uint8Array.from(truth);
  const members = [{ 'intraretinal-fluid': 0.5 }, { 'intraretinal-fluid': 0.1 }];
  return overlaps(Uint8Array.from(found), { classes, labels }, SPACING, members);
};

describe('evaluation: overlap and volumes', () => {
  it('counts voxels of both, of the truth and of what was found, and their volumes', () => {
    const [irf] = of([IRF, IRF, IRF, R], [IRF, IRF, R, IRF], ['intraretinal-fluid']);
    expect(irf).to.deep.include({ both: 2, truth: 3, found: 3, memberNl: [0.5, 0.1] });
    expect(irf!.truthNl).to.be.closeTo(0.3, 1e-9);
    expect(pooledDice([irf!])).to.be.closeTo(4 / 6, 1e-12);
    expect(pooledDice([])).to.equal(null);
  });

  it('where nobody looked nothing counts, neither as found nor as a member’s volume', () => {
    const { notAnnotated } = TRUTH_LABELS;
    const [irf] = of([IRF, IRF], [IRF, notAnnotated], ['intraretinal-fluid']);
    expect(irf).to.deep.include({ both: 1, truth: 1, found: 1 });
    expect(irf).not.to.have.property('memberNl');
  });

  it('a class that was not looked for is not measured, however much of it was found', () => {
    const measured = of([SRF, SRF], [TRUTH_LABELS.other, IRF], ['intraretinal-fluid']);
    expect(measured.map(({ tissue }) => tissue)).to.deep.equal(['intraretinal-fluid']);
  });

  it('fluid of any kind is measured as one, also from a truth that tells the kinds apart', () => {
    const { anyFluid, other } = TRUTH_LABELS;
    const [drawnAsOne] = of([IRF, SRF, R], [anyFluid, anyFluid, other], ['fluid']);
    expect(drawnAsOne).to.deep.include({ tissue: 'fluid', both: 2, truth: 2, found: 2 });
    const apart = of([IRF, SRF, R], [SRF, SRF, IRF], TISSUE_NAMES);
    expect(apart.find(({ tissue }) => tissue === 'fluid')).to.deep.include({ both: 2, truth: 3 });
    expect(apart.find(({ tissue }) => tissue === 'subretinal-fluid')).to.deep.include({ both: 1 });
  });
});

describe('evaluation: errors of surfaces', () => {
  /** One B-scan; each text is an A-scan, from the vitreous down. */
  const map = (...ascans: readonly string[]) => {
    const letters: Readonly<Record<string, number>> = { V, R, P: RPE, C, '?': 255 };
    const rows = ascans[0]!.length;
    return Uint8Array.from(
      { length: rows * ascans.length },
      (_, i) => letters[ascans[i % ascans.length]![Math.floor(i / ascans.length)]!]!,
    );
  };
  const volume = (columns: number): OctVolume => ({
    frames: 1,
    rows: 8,
    columns,
    voxels: new Uint8Array(8 * columns),
    spacing: SPACING,
    laterality: 'R',
    frameNumbers: [1],
    profile: { id: 'test', because: '', evidence: 'none' },
    steps: [],
  });
  const errors = (found: Uint8Array, labels: Uint8Array, classes: readonly TissueName[]) =>
    surfaceErrors(found, { segmentation: { classes, labels } }, volume(2));

  it('is 0 on the truth itself, and the shift in µm, with its sign, on a shifted map', () => {
    const truth = map('VVRRPPCC', 'VVRRPPCC');
    for (const error of errors(truth, truth, TISSUE_NAMES)) {
      expect(error).to.deep.include({ truth: 2, found: 2, absoluteUm: 0, squaredRows: 0 });
    }
    const [ilm, rpe, bruch] = errors(map('VVVRRPPC', 'VRRPPCCC'), truth, TISSUE_NAMES);
    expect(ilm).to.deep.include({ surface: 'inner-limiting-membrane', signedUm: 0 });
    expect(ilm!.absoluteUm).to.be.closeTo(20, 1e-9);
    expect(rpe!.squaredRows).to.equal(2);
    expect(bruch!.found).to.equal(2);
  });

  it('counts A-scans in which the surface was not found, and passes over what nobody looked at', () => {
    const [ilm] = errors(map('VVVVVVVV', 'VVRRPPCC'), map('VVRRPPCC', '??RRPPCC'), TISSUE_NAMES);
    expect(ilm).to.deep.include({ truth: 1, found: 0 });
  });

  it('measures no surface whose classes were not all looked for', () => {
    const truth = map('VVRRPPCC', 'VVRRPPCC');
    const measured = errors(truth, truth, ['neurosensory-retina', 'choroid']);
    expect(measured.map(({ surface }) => surface)).to.deep.equal(['outer-bruch']);
  });

  it('takes lines as they are, where a truth was drawn as lines', () => {
    const heights = Float32Array.of(2.5, -1);
    const [error] = surfaceErrors(
      map('VVRRPPCC', 'VVRRPPCC'),
      { surfaces: [{ name: 'inner-limiting-membrane', heights }] },
      volume(2),
    );
    expect(error).to.deep.include({ truth: 1, found: 1 });
    expect(error!.signedUm).to.be.closeTo(-5, 1e-9);
  });
});
