import { expect } from 'chai';
import { DRESSES, type DressId } from '../../fixtures/opt/dresses.js';
import { SMALL } from '../../fixtures/opt/opt-file.js';
import type { Artefacts } from '../../fixtures/phantom/artefacts.js';
import { makePhantom } from '../../fixtures/phantom/phantom.js';
import { assessQuality } from '../../src/quality/assess-quality.js';
import { frameRanges } from '../../src/quality/criteria.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import { PATHOLOGIES } from '../../src/values/referral-class.js';
import type { QualityReport } from '../../src/values/quality-report.js';

/** A phantom as the volume stage would hand it on, stored superior first. */
function volumeOf(dress: DressId, seed: number, artefacts: Artefacts, size = SMALL): OctVolume {
  const pathology = PATHOLOGIES[seed % PATHOLOGIES.length]!.name;
  const phantom = makePhantom({
    ...size,
    seed,
    appearance: DRESSES[dress].appearance,
    laterality: 'R',
    pathologies: [pathology],
    artefacts,
  });
  return {
    ...phantom,
    frameNumbers: Array.from({ length: phantom.frames }, (_, i) => phantom.frames - i),
    profile: { id: 'test', because: 'test', evidence: 'documents' },
    steps: [],
  };
}

function failedOf({ criteria }: QualityReport): readonly string[] {
  return criteria.filter(({ passed }) => !passed).map(({ name }) => name);
}

describe('quality: grades of phantoms in every dress', function () {
  this.timeout(60_000);
  for (const dress of Object.keys(DRESSES) as DressId[]) {
    it(`${dress}: clean scans of every pathology are acceptable`, () => {
      PATHOLOGIES.forEach((_, seed) => {
        const report = assessQuality(volumeOf(dress, seed, {}));
        expect(['acceptable', 'excellent'], `seed ${String(seed)}: ${report.advice}`).to.include(
          report.grade,
        );
        expect(report.advice).to.equal('');
      });
    });

    it(`${dress}: 15 dB of lost light is never acceptable, 20 dB not assessable`, () => {
      for (const seed of [0, 3, 6]) {
        const report = assessQuality(volumeOf(dress, seed, { opacityDb: 15 }));
        expect(report.grade).not.to.equal('acceptable');
        expect(assessQuality(volumeOf(dress, seed, { opacityDb: 20 })).assessable).to.equal(false);
      }
    });

    it(`${dress}: names the frames of a closed lid by their stored numbers`, () => {
      for (const seed of [1, 4]) {
        const one = assessQuality(volumeOf(dress, seed, { blinkFrames: [4] }));
        expect(one.grade).to.equal('poor');
        expect(failedOf(one)).to.deep.equal(['share of dark B-scans']);
        expect(one.advice).to.equal('repeat the scan: eyelid closed in frame 8');
        const three = assessQuality(volumeOf(dress, seed, { blinkFrames: [5, 6, 7] }));
        expect(three.grade).to.equal('not-assessable');
        expect(three.advice).to.equal('repeat the scan: eyelid closed in frames 5 to 7');
      }
    });
  }

  it('does not depend on the sampling', () => {
    const size = { frames: 10, rows: 496, columns: 512 };
    const fine = assessQuality(volumeOf('heidelberg-spectralis', 2, { blinkFrames: [3] }, size));
    expect(fine.grade).to.equal('poor');
    expect(fine.advice).to.equal('repeat the scan: eyelid closed in frame 7');
    const dim = assessQuality(volumeOf('heidelberg-spectralis', 2, { opacityDb: 15 }, size));
    expect(failedOf(dim)).to.include('signal above noise');
  });

  it('refuses too few B-scans, and B-scans over too small a part', () => {
    const few = assessQuality(volumeOf('unknown', 1, {}, { ...SMALL, frames: 5 }));
    expect(few.assessable).to.equal(false);
    expect(failedOf(few)).to.deep.equal(['number of B-scans']);
    const volume = volumeOf('unknown', 1, {});
    const narrow = { ...volume, spacing: { ...volume.spacing, frame: 0.1 } };
    expect(failedOf(assessQuality(narrow))).to.deep.equal(['height covered by B-scans']);
  });

  it('refuses a saturated and an empty volume', () => {
    const volume = volumeOf('unknown', 1, {});
    const white = { ...volume, voxels: volume.voxels.map((v) => (v > 120 ? 255 : v)) };
    expect(failedOf(assessQuality(white))).to.include('share of saturated voxels');
    const empty = assessQuality({ ...volume, voxels: new Uint8Array(volume.voxels.length) });
    expect(empty.assessable).to.equal(false);
    for (const { value } of empty.criteria) expect(Number.isFinite(value)).to.equal(true);
  });

  it("judges by the limits of the device's profile where it has its own", () => {
    const volume = volumeOf('zeiss-cirrus', 3, {});
    expect(failedOf(assessQuality(volume))).to.deep.equal([]);
    const quality = { Q01: { acceptable: 200 }, Q03: { acceptable: 19, assessable: 15 } };
    const own = assessQuality({ ...volume, profile: { ...volume.profile, quality } });
    expect(failedOf(own)).to.deep.equal(['signal above noise', 'number of B-scans']);
    expect(own.grade).to.equal('not-assessable');
    expect(own.criteria.find(({ code }) => code === 'Q03')?.threshold).to.equal(19);
  });

  it('puts frame numbers in words', () => {
    expect(frameRanges([7])).to.equal('frame 7');
    expect(frameRanges([57, 41, 42, 43, 60])).to.equal('frames 41 to 43, 57 and 60');
    expect(frameRanges([1, 2])).to.equal('frames 1 and 2');
  });
});
