import type { DeviceProfile } from '../values/device-profile.js';
import { TOPCON, TOPCON_MAKER, TOPCON_ORDER } from './topcon-common.js';

const MATRIX = {
  frames: { from: 2, to: 256 },
  rows: { from: 100, to: 1024 },
  columns: { from: 100, to: 1024 },
} as const;

const GEOMETRY: DeviceProfile['geometry'] = {
  trust: ['planes', 'frame-locations', 'slice-thickness', 'table'],
  firstFrame: 'superior',
  table: [{ frames: 128, rows: 885, columns: 512, frameSpacing: 0.0469 }],
  limits: {
    depth: { from: 2.1, to: 2.5 },
    width: { from: 4, to: 9 },
    frameSpacing: { from: 0.02, to: 1 },
  },
};

/** Topcon 3D OCT-2000 and its successor 3D OCT-1 (the first Maestro); see shared/design/devices.md. */
export const TOPCON_3D_OCT: readonly DeviceProfile[] = [
  {
    ...TOPCON,
    id: 'topcon-3doct-2000',
    family: 'Topcon 3D OCT-2000',
    name: 'Topcon 3D OCT-2000, 3D macula',
    match: { ...TOPCON_MAKER, models: ['3d oct-2000*', '3doct-2000*'], ...MATRIX },
    scanPattern: 'macular-cube',
    geometry: GEOMETRY,
    quirks: [
      {
        what: 'Macular cube 128 x 885 x 512 voxels over 6 x 2.3 x 6 mm.',
        source: 'De Fauw et al., Nature Medicine 2018',
      },
      TOPCON_ORDER,
    ],
  },
  {
    ...TOPCON,
    id: 'topcon-3doct-1',
    family: 'Topcon 3D OCT-1',
    name: 'Topcon 3D OCT-1 (Maestro), 3D macula',
    evidence: 'none',
    match: {
      ...TOPCON_MAKER,
      models: ['3d oct-1', '3doct-1', '3d oct-1 maestro', '3doct-1maestro'],
      ...MATRIX,
    },
    scanPattern: 'macular-cube',
    geometry: GEOMETRY,
    quirks: [
      {
        what: 'Taken to scan like the 3D OCT-2000; no file and no document of it was had.',
        source: 'none',
      },
      TOPCON_ORDER,
    ],
  },
];
