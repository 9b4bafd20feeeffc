import type { DeviceProfile } from '../values/device-profile.js';
import { declared } from './declared.js';

/** Canon OCT; declared, not validated. */
export const CANON: readonly DeviceProfile[] = [
  declared({ id: 'canon', family: 'Canon', manufacturers: ['canon*'] }, [
    { what: 'No real file and no document was had.', source: 'none' },
  ]),
];
