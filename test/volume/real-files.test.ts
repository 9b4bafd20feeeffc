import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { matchProfile } from '../../src/devices/match-profile.js';
import { loadVolume } from '../../src/volume/load-volume.js';
import { reasonsOf } from './support.js';

/** Real files beside the repository, never in it. */
const FOLDER = new URL('../../../shared/data/dicom', import.meta.url).pathname;

describe('volume: real files that are no volume end with a reason, not an exception', () => {
  for (const [name, reason] of [
    ['heidelberg_spectralis_op_elle__hcha3232_stripped.dcm', 'UNKNOWN_DEVICE'],
    ['heidelberg_spectralis_op_jpegll__dcmjs.dcm', 'UNKNOWN_DEVICE'],
    ['badly_formed_single_bscan__hcha3232_slice_003.dcm', 'PIXELS_NOT_READABLE'],
  ] as const) {
    it(`${name}: ${reason}`, async function () {
      const path = join(FOLDER, name);
      if (!existsSync(path)) this.skip();
      expect(reasonsOf(await loadVolume({ path }, matchProfile))).to.deep.equal([reason]);
    });
  }
});
