import { SOP_CLASSES } from '../dicom/uids.js';
import type { DeviceProfile } from '../values/device-profile.js';

const COMMON = {
  evidence: 'documents',
  intensity: { scale: 'display', sixteenBit: 'as-declared' },
  privateBlocks: [],
} as const;

const MAKER = {
  sopClassUid: SOP_CLASSES.ophthalmicTomography.uid,
  manufacturers: ['topcon*'],
} as const;

const ORDER_QUIRK = {
  what: 'Order of frames without planes and frame locations: superior first. Not seen in a real file.',
  source: 'none; dicom-objects.md 5.3 says only that it differs from Heidelberg',
} as const;

const MAESTRO2_QUIRKS = [
  {
    what: 'Protocols are told apart only by Slice Thickness in the shared functional groups.',
    source: 'AI-READI fairhub-pipeline rules',
  },
  {
    what: 'Plane Position is missing on some frames.',
    source: 'AI-READI fairhub-pipeline, which guards against it',
  },
  ORDER_QUIRK,
] as const;

const MAESTRO2 = {
  ...MAKER,
  models: ['3doct-1maestro2*', '3d oct-1 maestro2*'],
  rows: { from: 100, to: 1024 },
  columns: { from: 100, to: 1024 },
} as const;

/** Topcon 3D OCT-2000 and Maestro2 (IMAGEnet 6); see shared/design/devices.md. Triton comes with its own profile. */
export const TOPCON: readonly DeviceProfile[] = [
  {
    ...COMMON,
    id: 'topcon-3doct-2000',
    family: 'Topcon 3D OCT-2000',
    name: 'Topcon 3D OCT-2000, 3D macula',
    match: {
      ...MAKER,
      models: ['3d oct-2000*', '3doct-2000*'],
      frames: { from: 2, to: 256 },
      rows: { from: 100, to: 1024 },
      columns: { from: 100, to: 1024 },
    },
    scanPattern: 'macular-cube',
    geometry: {
      trust: ['planes', 'frame-locations', 'slice-thickness', 'table'],
      firstFrame: 'superior',
      table: [{ frames: 128, rows: 885, columns: 512, frameSpacing: 0.0469 }],
      limits: {
        depth: { from: 2.1, to: 2.5 },
        width: { from: 4, to: 9 },
        frameSpacing: { from: 0.02, to: 1 },
      },
    },
    quirks: [
      {
        what: 'Macular cube 128 x 885 x 512 voxels over 6 x 2.3 x 6 mm.',
        source: 'De Fauw et al., Nature Medicine 2018',
      },
      ORDER_QUIRK,
    ],
  },
  {
    ...COMMON,
    id: 'topcon-maestro2-macula',
    family: 'Topcon Maestro2',
    name: 'Topcon Maestro2, 3D macula',
    match: { ...MAESTRO2, frames: { from: 2, to: 256 }, sliceThickness: { from: 0.03, to: 0.05 } },
    scanPattern: 'macular-cube',
    geometry: {
      trust: ['planes', 'frame-locations', 'slice-thickness'],
      firstFrame: 'superior',
      limits: {
        depth: { from: 2.1, to: 2.5 },
        width: { from: 5, to: 7 },
        frameSpacing: { from: 0.02, to: 1 },
      },
    },
    quirks: MAESTRO2_QUIRKS,
  },
  {
    ...COMMON,
    id: 'topcon-maestro2-wide',
    family: 'Topcon Maestro2',
    name: 'Topcon Maestro2, 3D wide',
    match: { ...MAESTRO2, frames: { from: 2, to: 256 }, sliceThickness: { from: 0.06, to: 0.08 } },
    scanPattern: 'macular-cube',
    geometry: {
      trust: ['planes', 'frame-locations', 'slice-thickness'],
      firstFrame: 'superior',
      limits: {
        depth: { from: 2.1, to: 2.5 },
        width: { from: 11, to: 13 },
        frameSpacing: { from: 0.02, to: 1 },
      },
    },
    quirks: MAESTRO2_QUIRKS,
  },
  {
    ...COMMON,
    id: 'topcon-maestro2-angiography',
    family: 'Topcon Maestro2',
    name: 'Topcon Maestro2, angiography',
    match: { ...MAESTRO2, frames: { from: 2, to: 512 }, sliceThickness: { from: 0.001, to: 0.02 } },
    scanPattern: 'angiography',
    geometry: {
      trust: ['planes', 'frame-locations', 'slice-thickness'],
      firstFrame: 'superior',
      limits: {
        depth: { from: 2.1, to: 2.5 },
        width: { from: 3, to: 7 },
        frameSpacing: { from: 0.005, to: 0.03 },
      },
    },
    quirks: MAESTRO2_QUIRKS,
  },
];
