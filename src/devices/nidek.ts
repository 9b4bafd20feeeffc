import type { DeviceProfile } from '../values/device-profile.js';
import { declared } from './declared.js';

/** Nidek RS series; declared, not validated. */
export const NIDEK: readonly DeviceProfile[] = [
  declared({ id: 'nidek', family: 'Nidek', manufacturers: ['nidek*'] }, [
    {
      what: 'OPT and OP are licence options; texts may be in ISO 2022 IR 87.',
      source: 'none [general knowledge]',
    },
  ]),
];
