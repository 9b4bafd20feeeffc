import type { DeviceProfile } from '../values/device-profile.js';
import { declared } from './declared.js';

/** Optovue (Visionix) RTVue, Avanti, iVue, iFusion; declared, not validated. */
export const OPTOVUE: readonly DeviceProfile[] = [
  declared({ id: 'optovue', family: 'Optovue', manufacturers: ['optovue*', 'visionix*'] }, [
    {
      what: 'OPT only for selected scan types and where licensed; many sites get a Secondary Capture or a PDF. Geometry is not documented.',
      source: 'Optovue conformance statement 200-53659 Rev A, 2018',
    },
  ]),
];
