import { expect } from 'chai';
import { DRESSES, type DressId } from '../../fixtures/opt/dresses.js';
import { makePhantom, type PhantomSpecification } from '../../fixtures/phantom/phantom.js';
import { assessQuality } from '../../src/quality/assess-quality.js';
import { placeInWords } from '../../src/quality/criteria.js';
import type { OctVolume } from '../../src/values/oct-volume.js';

function volumeOf(what: Partial<PhantomSpecification>, dress: DressId = 'heidelberg-spectralis') {
  const size = { frames: 25, rows: 132, columns: 128 };
  const { appearance } = DRESSES[dress];
  const phantom = makePhantom({
    ...size,
    seed: 41,
    appearance,
    laterality: 'R',
    pathologies: [],
    ...what,
  });
  return {
    ...phantom,
    frameNumbers: Array.from({ length: phantom.frames }, (_, i) => i + 1),
    profile: { id: 'test', because: 'test', evidence: 'documents' },
    steps: [],
  } satisfies OctVolume;
}

const centring = (volume: OctVolume) => {
  const { criteria, advice, grade } = assessQuality(volume);
  return { ...criteria.find(({ code }) => code === 'Q11'), advice, grade };
};

describe('quality: a fovea far from the centre has its own reason and advice', function () {
  this.timeout(120_000);

  for (const laterality of ['R', 'L'] as const) {
    it(`${laterality}: says on which side it lies, by the eye and not by the picture`, () => {
      const nasal = centring(volumeOf({ laterality, decentration: { nasal: 1.6, superior: 0 } }));
      expect(nasal.passed).to.equal(false);
      expect(nasal.advice).to.match(/repeat the scan: the fovea lies \d\.\d mm \w*nasal of the/);
      const temporal = volumeOf({ laterality, decentration: { nasal: -1.6, superior: 0 } });
      expect(centring(temporal).advice).to.match(/fovea lies \d\.\d mm \w*temporal of the centre/);
      expect(centring(temporal).grade).to.equal('poor');
    });
  }

  it('says superior and inferior', () => {
    const superior = volumeOf({ decentration: { nasal: 0, superior: 1.8 } });
    expect(centring(superior).advice).to.match(/fovea lies \d\.\d mm super/);
  });

  it('leaves a centred scan alone', () => {
    const { passed, value, advice } = centring(volumeOf({}));
    expect(passed).to.equal(true);
    expect(value).to.be.lessThan(0.8);
    expect(advice).to.equal('');
  });

  it('is left out where disease hides the pit, and in a field that is not meant to be centred', () => {
    const sick = volumeOf({ seed: 2, pathologies: ['macular-oedema'] });
    expect(centring(sick).code).to.equal(undefined);
    const aside = { decentration: { nasal: 2, superior: 0 } };
    expect(centring(volumeOf(aside, 'topcon-triton')).code).to.equal(undefined);
  });

  it('is left out where the B-scans lie too far apart, or the volume is empty', () => {
    const coarse = volumeOf({ frames: 12, decentration: { nasal: 2, superior: 0 } });
    expect(centring(coarse).code).to.equal(undefined);
    const clean = volumeOf({});
    const empty = { ...clean, voxels: new Uint8Array(clean.voxels.length) };
    expect(centring(empty).code).to.equal(undefined);
  });

  it('puts places in words', () => {
    expect(placeInWords({ nasal: 1.6, superior: 0.3 })).to.equal('1.6 mm nasal');
    expect(placeInWords({ nasal: -0.9, superior: -0.9 })).to.equal('1.3 mm inferotemporal');
    expect(placeInWords({ nasal: 0, superior: 1 })).to.equal('1.0 mm superior');
    expect(placeInWords({ nasal: 1, superior: 1 })).to.equal('1.4 mm superonasal');
  });
});
