import { expect } from 'chai';
import { DRESSES } from '../../fixtures/opt/dresses.js';
import { DEGRADATIONS, type DegradationName } from '../../fixtures/phantom/degrade.js';
import type { Artefacts } from '../../fixtures/phantom/artefacts.js';
import { makePhantom } from '../../fixtures/phantom/phantom.js';
import { assessQuality } from '../../src/quality/assess-quality.js';
import type { OctVolume } from '../../src/values/oct-volume.js';

function volumeOf(artefacts: Artefacts = {}): OctVolume {
  const size = { frames: 12, rows: 132, columns: 128 };
  const { appearance } = DRESSES['topcon-maestro2'];
  const phantom = makePhantom({
    ...size,
    seed: 6,
    appearance,
    laterality: 'R',
    pathologies: [],
    artefacts,
  });
  return {
    ...phantom,
    frameNumbers: Array.from({ length: 12 }, (_, i) => 12 - i),
    profile: { id: 'test', because: 'test', evidence: 'documents' },
    steps: [],
  };
}

describe('quality: each degradation has its own coded reason and advice', () => {
  const clean = volumeOf();

  it('a clean scan fails nothing', () => {
    expect(assessQuality(clean).criteria.filter(({ passed }) => !passed)).to.deep.equal([]);
  });

  for (const [what, code, advice] of [
    ['cut-off-below', 'Q07', 'eye higher in the window'],
    ['motion', 'Q08', 'the eye moved before frame 7'],
    ['defocus', 'Q09', 'out of focus'],
    ['shadow', 'Q10', 'lies in shadow (opacity) in frames 4 to 9'],
  ] as const satisfies readonly (readonly [DegradationName, string, string])[]) {
    it(`${what}: ${code}`, () => {
      const report = assessQuality({ ...clean, voxels: DEGRADATIONS[what](clean) });
      expect(report.criteria.filter(({ passed }) => !passed).map((c) => c.code)).to.include(code);
      expect(report.advice).to.include(advice);
    });
  }

  for (const [artefact, code, words] of [
    ['clipping', 'Q06', 'window: cut off at the top in frames'],
    ['mirror', 'Q12', 'window: mirrored at the top in frames'],
  ] as const) {
    it(`${artefact}: ${code}, and not the other of the two`, () => {
      const report = assessQuality(volumeOf({ [artefact]: true }));
      const failed = report.criteria.filter(({ passed }) => !passed).map((c) => c.code);
      expect(failed.filter((one) => one === 'Q06' || one === 'Q12')).to.deep.equal([code]);
      expect(report.advice).to.include(words);
    });
  }

  it('an edge of which nothing can be told is called both, and counts as cut off', () => {
    const volume = volumeOf({ clipping: true });
    // Whole A-scans are the measure; here each is cut.
    const voxels = volume.voxels.slice();
    const gone = Math.round(0.25 / volume.spacing.axial) * volume.columns;
    const size = volume.rows * volume.columns;
    for (let at = 0; at < voxels.length; at += size) voxels.copyWithin(at, at + gone, at + size);
    const report = assessQuality({ ...volume, voxels });
    expect(report.criteria.find(({ code }) => code === 'Q06')?.passed).to.equal(false);
    expect(report.advice).to.include('cut off or mirrored at the top');
  });
});
