import { SOP_CLASSES } from '../dicom/uids.js';
import type { DeviceProfile, Range } from '../values/device-profile.js';

const MAKER = {
  sopClassUid: SOP_CLASSES.ophthalmicTomography.uid,
  manufacturers: ['heidelberg engineering*'],
  models: ['spectralis*'],
} as const;

const COMMON = {
  family: 'Heidelberg Spectralis',
  evidence: 'documents',
  intensity: { scale: 'display', sixteenBit: 'high-byte', noData: 255 },
  // Half way between clean phantoms and those with 10 dB lost, on the seeds that set limits (decision 36).
  quality: { Q01: { acceptable: 86 } },
  privateBlocks: [
    {
      group: '0051',
      creator: 'Ashvins Private Object Information',
      holds: "sizes, export times, and in (0051,1013) and (0051,1023) the whole E2E file 'CMDb'",
      mayHoldPatientData: true,
    },
  ],
  quirks: [
    {
      what: 'The first frame is the inferior B-scan.',
      source: 'AI-READI fairhub-pipeline rules; eyepy annotations.py:481',
    },
    {
      what: '16-bit words carry the sample in the high byte.',
      source: 'reader CozyDoomer/visualize-oct-dicom',
    },
    {
      what: 'White wedges (255) at the edges come from eye tracking and are no signal.',
      source: 'Duke DME volume, Chiu et al. 2015 (README of the data set)',
    },
    {
      what: 'Model appears as "Spectralisus" in the AI-READI documentation.',
      source: 'AI-READI documentation of its retinal OCT set',
    },
    {
      what: 'OCTA structural volumes (496 x 512 x 512, 496 x 384 x 384) are stored in another orientation: not assessed.',
      source: 'AI-READI documentation of its retinal OCT set; fairhub-pipeline rules',
    },
    {
      what: 'Lossy Image Compression "00", empty Type 1 attributes, group lengths inside items.',
      source: 'real Heidelberg OP files',
    },
  ],
} as const;

/** Every scan is as deep as the scanner looks, and begins with the inferior B-scan. */
function geometry(
  width: Range,
  frameSpacing: Range,
  trust: DeviceProfile['geometry']['trust'] = ['planes', 'frame-locations'],
): DeviceProfile['geometry'] {
  return {
    trust,
    firstFrame: 'inferior',
    limits: { depth: { from: 1.8, to: 2.1 }, width, frameSpacing },
  };
}

/** Heidelberg Engineering Spectralis (HEYEX 2 and its DICOM export); see shared/design/devices.md. */
export const HEIDELBERG_SPECTRALIS: readonly DeviceProfile[] = [
  {
    ...COMMON,
    id: 'heidelberg-spectralis-volume',
    name: 'Heidelberg Spectralis, volume',
    match: {
      ...MAKER,
      frames: { from: 2, to: 256 },
      rows: { from: 100, to: 1024 },
      columns: { from: 100, to: 1600 },
    },
    scanPattern: 'macular-cube',
    geometry: geometry({ from: 4, to: 10 }, { from: 0.005, to: 1 }),
  },
  {
    ...COMMON,
    id: 'heidelberg-spectralis-posterior-pole',
    name: 'Heidelberg Spectralis, posterior pole',
    match: {
      ...MAKER,
      frames: { from: 61, to: 61 },
      rows: { from: 496, to: 496 },
      columns: { from: 768, to: 1536 },
    },
    scanPattern: 'macular-cube',
    geometry: geometry({ from: 4, to: 10 }, { from: 0.05, to: 0.2 }),
  },
  {
    ...COMMON,
    id: 'heidelberg-spectralis-angiography',
    name: 'Heidelberg Spectralis, OCTA structural',
    match: {
      ...MAKER,
      frames: { from: 257, to: 512 },
      rows: { from: 100, to: 1024 },
      columns: { from: 100, to: 1600 },
    },
    scanPattern: 'angiography',
    geometry: geometry({ from: 2, to: 10 }, { from: 0.004, to: 0.03 }),
  },
  {
    ...COMMON,
    id: 'heidelberg-spectralis-onh-radial',
    name: 'Heidelberg Spectralis, optic nerve head radial and circle',
    match: {
      ...MAKER,
      frames: { from: 27, to: 27 },
      rows: { from: 100, to: 1024 },
      columns: { from: 100, to: 1600 },
      orientationPerFrame: true,
    },
    scanPattern: 'radial',
    geometry: geometry({ from: 3, to: 16 }, { from: 0, to: 1 }, ['planes']),
  },
];
