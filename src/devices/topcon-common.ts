import { SOP_CLASSES } from '../dicom/uids.js';
import type { DeviceProfile, Range } from '../values/device-profile.js';

/** What the profiles of all Topcon scanners have in common. */
export const TOPCON = {
  evidence: 'documents',
  intensity: { scale: 'display', sixteenBit: 'as-declared' },
  // Half way between clean phantoms and those with 10 dB lost, on the seeds that set limits (decision 36).
  quality: { Q01: { excellent: 135, acceptable: 120, assessable: 80 } },
  privateBlocks: [],
} as const;

/** AI-READI met exports of a Triton whose Manufacturer is 'Triton' (dicom-objects.md 1.2). */
export const TOPCON_MAKER = {
  sopClassUid: SOP_CLASSES.ophthalmicTomography.uid,
  manufacturers: ['topcon*', 'triton*'],
} as const;

export const TOPCON_ORDER = {
  what: 'Order of frames without planes and frame locations: superior first. Not seen in a real file.',
  source: 'none; dicom-objects.md 5.3 says only that it differs from Heidelberg',
} as const;

export const IMAGENET_QUIRKS = [
  {
    what: 'Protocols are told apart only by Slice Thickness in the shared functional groups.',
    source: 'AI-READI fairhub-pipeline rules',
  },
  {
    what: 'Plane Position is missing on some frames.',
    source: 'AI-READI fairhub-pipeline, which guards against it',
  },
  TOPCON_ORDER,
] as const;

type Geometry = DeviceProfile['geometry'];

/** The geometry of each protocol of a scanner with IMAGEnet 6 whose scans are so deep (mm). */
export function imagenetGeometry(
  depth: Range,
): (width: Range, frameSpacing: Range, table: NonNullable<Geometry['table']>) => Geometry {
  return (width, frameSpacing, table) => ({
    trust: ['planes', 'frame-locations', 'slice-thickness'],
    firstFrame: 'superior',
    table,
    limits: { depth, width, frameSpacing },
  });
}
