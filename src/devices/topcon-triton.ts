import type { DeviceProfile } from '../values/device-profile.js';
import { imagenetGeometry, IMAGENET_QUIRKS, TOPCON, TOPCON_MAKER } from './topcon-common.js';

const TRITON = {
  ...TOPCON_MAKER,
  models: ['triton*', 'dri oct triton*'],
  rows: { from: 100, to: 1024 },
  columns: { from: 100, to: 1024 },
} as const;

const FAMILY = {
  ...TOPCON,
  family: 'Topcon Triton',
  quirks: [
    ...IMAGENET_QUIRKS,
    { what: 'Manufacturer is sometimes "Triton".', source: 'AI-READI fairhub-pipeline rules' },
    {
      what: 'Swept source at 1050 nm: 992 rows of 2.6 µm, light reaches deeper than at 840 nm.',
      source: 'AI-READI documentation (matrix); depth [general knowledge]',
    },
  ],
} as const;

const geometry = imagenetGeometry({ from: 2.3, to: 2.8 });

/** Topcon DRI OCT Triton (IMAGEnet 6); see shared/design/devices.md. */
export const TOPCON_TRITON: readonly DeviceProfile[] = [
  {
    ...FAMILY,
    id: 'topcon-triton-wide',
    name: 'Topcon Triton, 3D 12x9 mm',
    match: { ...TRITON, frames: { from: 2, to: 256 }, sliceThickness: { from: 0.03, to: 0.04 } },
    scanPattern: 'macular-cube',
    geometry: geometry({ from: 11, to: 13 }, { from: 0.02, to: 1 }, [
      { frames: 256, rows: 992, columns: 512, frameSpacing: 0.0352 },
    ]),
  },
  {
    ...FAMILY,
    id: 'topcon-triton-angiography-6',
    name: 'Topcon Triton, angiography 6x6 mm',
    match: { ...TRITON, frames: { from: 257, to: 512 }, sliceThickness: { from: 0.01, to: 0.02 } },
    scanPattern: 'angiography',
    geometry: geometry({ from: 5, to: 7 }, { from: 0.01, to: 0.03 }, [
      { frames: 320, rows: 992, columns: 320, frameSpacing: 0.0188 },
    ]),
  },
  {
    ...FAMILY,
    id: 'topcon-triton-angiography-12',
    name: 'Topcon Triton, angiography 12x12 mm',
    match: {
      ...TRITON,
      frames: { from: 257, to: 512 },
      sliceThickness: { from: 0.0201, to: 0.0299 },
    },
    scanPattern: 'angiography',
    geometry: geometry({ from: 11, to: 13 }, { from: 0.01, to: 0.03 }, [
      { frames: 512, rows: 992, columns: 512, frameSpacing: 0.0234 },
    ]),
  },
];
