import type { DeviceProfile } from '../values/device-profile.js';
import { declared } from './declared.js';

/** Optopol Revo and SOCT; declared, not validated. */
export const OPTOPOL: readonly DeviceProfile[] = [
  declared({ id: 'optopol', family: 'Optopol', manufacturers: ['optopol*'] }, [
    {
      what: 'Codes of the anatomic region are SRT.',
      source: 'Optopol conformance statement v21.1.0, table A.26, not read in full',
    },
  ]),
];
