import type { DeviceProfile } from '../values/device-profile.js';
import { HEIDELBERG_SPECTRALIS } from './heidelberg-spectralis.js';
import { TOPCON } from './topcon.js';

/** Every profile that this node knows. */
export const PROFILES: readonly DeviceProfile[] = [...HEIDELBERG_SPECTRALIS, ...TOPCON];
