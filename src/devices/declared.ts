import { SOP_CLASSES } from '../dicom/uids.js';
import type { DeviceProfile } from '../values/device-profile.js';

/** Any scan of any model: without a real file nothing narrower can be said. */
const ANY_SCAN = {
  frames: { from: 1, to: 1024 },
  rows: { from: 1, to: 4096 },
  columns: { from: 1, to: 4096 },
} as const;

/**
 * A maker whose scans are recognised and named, and never assessed: evidence 'none'. Geometry is what any eye allows,
 * so that it narrows nothing by accident when a site takes the profile as the base of its own.
 */
export function declared(
  maker: {
    readonly id: string;
    readonly family: string;
    readonly manufacturers: readonly string[];
  },
  quirks: DeviceProfile['quirks'],
): DeviceProfile {
  const { id, family, manufacturers } = maker;
  return {
    id,
    family,
    name: `${family}, any scan`,
    evidence: 'none',
    match: {
      sopClassUid: SOP_CLASSES.ophthalmicTomography.uid,
      manufacturers,
      models: ['*'],
      ...ANY_SCAN,
    },
    scanPattern: 'macular-cube',
    geometry: {
      trust: ['planes', 'frame-locations'],
      firstFrame: 'superior',
      limits: {
        depth: { from: 1.5, to: 3.5 },
        width: { from: 3, to: 16 },
        frameSpacing: { from: 0.005, to: 1 },
      },
    },
    intensity: { scale: 'display', sixteenBit: 'as-declared' },
    privateBlocks: [],
    quirks,
  };
}
