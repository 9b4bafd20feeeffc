import { expect } from 'chai';
import { makeOptFile } from '../../fixtures/opt/opt-file.js';
import { matchProfile } from '../../src/devices/match-profile.js';
import { loadBytes, reasonsOf } from '../volume/support.js';

describe('devices: what is not validated or not described is never assessed', () => {
  const phantom = { seed: 1, laterality: 'R', pathologies: [] } as const;
  for (const dress of ['optovue', 'nidek'] as const) {
    it(`${dress} is recognised and not assessed`, async () => {
      const loaded = await loadBytes(makeOptFile({ dress, phantom }).bytes);
      expect(reasonsOf(loaded)).to.deep.equal(['PROFILE_NOT_VALIDATED']);
    });
  }

  // No dress of theirs: nothing is known of what they send.
  for (const [manufacturer, id] of [
    ['Canon Inc.', 'canon'],
    ['OPTOPOL Technology', 'optopol'],
  ] as const) {
    it(`${manufacturer} is declared, with no evidence`, () => {
      const { header } = makeOptFile({ dress: 'nidek', phantom });
      const match = matchProfile(header.set('Manufacturer', manufacturer));
      expect(match.matched && match.profile).to.include({ id, evidence: 'none' });
    });
  }

  it('a matrix outside the profile of a known device has its own reason', async () => {
    const size = { frames: 4, rows: 90, columns: 110 };
    const loaded = await loadBytes(makeOptFile({ dress: 'topcon-maestro2', phantom, size }).bytes);
    expect(reasonsOf(loaded)).to.deep.equal(['SCAN_OUTSIDE_PROFILE']);
    expect('reasons' in loaded && loaded.reasons[0]?.detail).to.include('90 rows');
  });
});
