import type { DeviceProfile } from '../values/device-profile.js';
import { imagenetGeometry, IMAGENET_QUIRKS, TOPCON, TOPCON_MAKER } from './topcon-common.js';

const MAESTRO2 = {
  ...TOPCON_MAKER,
  models: ['3doct-1maestro2*', '3d oct-1 maestro2*'],
  rows: { from: 100, to: 1024 },
  columns: { from: 100, to: 1024 },
} as const;

const FAMILY = { ...TOPCON, family: 'Topcon Maestro2', quirks: IMAGENET_QUIRKS } as const;

const geometry = imagenetGeometry({ from: 2.1, to: 2.5 });

/** Topcon Maestro2 (IMAGEnet 6); see shared/design/devices.md. */
export const TOPCON_MAESTRO2: readonly DeviceProfile[] = [
  {
    ...FAMILY,
    id: 'topcon-maestro2-macula',
    name: 'Topcon Maestro2, 3D macula',
    match: { ...MAESTRO2, frames: { from: 2, to: 256 }, sliceThickness: { from: 0.03, to: 0.05 } },
    scanPattern: 'macular-cube',
    geometry: geometry({ from: 5, to: 7 }, { from: 0.02, to: 1 }, [
      { frames: 128, rows: 885, columns: 512, frameSpacing: 0.0469 },
    ]),
  },
  {
    ...FAMILY,
    id: 'topcon-maestro2-wide',
    name: 'Topcon Maestro2, 3D wide',
    match: { ...MAESTRO2, frames: { from: 2, to: 256 }, sliceThickness: { from: 0.06, to: 0.08 } },
    scanPattern: 'macular-cube',
    geometry: geometry({ from: 11, to: 13 }, { from: 0.02, to: 1 }, [
      { frames: 128, rows: 885, columns: 512, frameSpacing: 0.0703 },
    ]),
  },
  {
    ...FAMILY,
    id: 'topcon-maestro2-angiography',
    name: 'Topcon Maestro2, angiography',
    match: { ...MAESTRO2, frames: { from: 2, to: 512 }, sliceThickness: { from: 0.001, to: 0.02 } },
    scanPattern: 'angiography',
    geometry: geometry({ from: 3, to: 7 }, { from: 0.005, to: 0.03 }, [
      { frames: 360, rows: 885, columns: 360, frameSpacing: 0.0167 },
    ]),
  },
];
