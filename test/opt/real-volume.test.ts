import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { wrapVolume } from '../../fixtures/opt/opt-file.js';
import { DUKE_SPACING, readPngVolume } from '../../fixtures/opt/png-volume.js';
import { assessQuality } from '../../src/quality/assess-quality.js';
import { QUALITY_CODES } from '../../src/values/quality-report.js';
import { loadBytes, volumeOf } from '../volume/support.js';

/** Not committed and not redistributable: where it is absent there is nothing to test. */
const DUKE = new URL('../../../shared/data/duke-dme-dev/subject01_volume', import.meta.url)
  .pathname;

describe('opt fixtures: a real Spectralis volume', function () {
  this.timeout(60_000);

  it('goes through as an OPT object: 61 B-scans, wedges masked, readable', async function () {
    if (!existsSync(DUKE)) this.skip();
    const real = readPngVolume(DUKE, DUKE_SPACING, 'R');
    const { bytes } = wrapVolume(real, { dress: 'heidelberg-spectralis', uidSeed: 'duke' });
    const volume = volumeOf(await loadBytes(bytes));
    expect([volume.frames, volume.rows, volume.columns]).to.deep.equal([61, 496, 768]);
    expect(volume.spacing.frame).to.be.closeTo(0.12, 1e-6);
    const wedges = volume.steps.find(({ name }) => name.startsWith('no-data wedges'));
    expect(wedges?.parameters['voxels']).to.be.above(1_000_000);
    const report = assessQuality(volume);
    expect(report.grade, report.advice).to.equal('acceptable');
    expect(report.criteria.filter(({ passed }) => !passed)).to.deep.equal([]);
    const codes = report.criteria.map(({ code }) => code);
    // Oedema fills the pit: where the fovea lies is not said, rather than guessed.
    expect(QUALITY_CODES.filter((code) => !codes.includes(code))).to.deep.equal(['Q11']);
  });
});
