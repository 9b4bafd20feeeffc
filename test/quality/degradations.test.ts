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
    ...{ ...size, seed: 6, appearance, laterality: 'R', pathologies: [], artefacts },
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

  for (const artefact of ['clipping', 'mirror'] as const) {
    it(`${artefact}: Q06`, () => {
      const report = assessQuality(volumeOf({ [artefact]: true }));
      expect(report.criteria.filter(({ passed }) => !passed).map((c) => c.code)).to.include('Q06');
      expect(report.advice).to.include('cut off or mirrored at the top in frames');
    });
  }
});
