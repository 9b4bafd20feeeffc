import type { DeviceProfile } from '../values/device-profile.js';
import { CANON } from './canon.js';
import { HEIDELBERG_SPECTRALIS } from './heidelberg-spectralis.js';
import { NIDEK } from './nidek.js';
import { OPTOPOL } from './optopol.js';
import { OPTOVUE } from './optovue.js';
import { TOPCON_3D_OCT } from './topcon-3d-oct.js';
import { TOPCON_MAESTRO2 } from './topcon-maestro2.js';
import { TOPCON_TRITON } from './topcon-triton.js';
import { ZEISS_CIRRUS } from './zeiss-cirrus.js';

/** Every profile that comes with the program. */
export const PROFILES: readonly DeviceProfile[] = [
  ...HEIDELBERG_SPECTRALIS,
  ...TOPCON_3D_OCT,
  ...TOPCON_MAESTRO2,
  ...TOPCON_TRITON,
  ...ZEISS_CIRRUS,
  ...OPTOVUE,
  ...NIDEK,
  ...CANON,
  ...OPTOPOL,
];
