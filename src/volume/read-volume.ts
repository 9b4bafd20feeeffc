import type { DataSet } from '../dicom/data-set.js';
import type { DeviceProfile } from '../values/device-profile.js';
import type { NotAssessedReason } from '../values/not-assessed-reason.js';
import type { OctVolume, VoxelSpacing } from '../values/oct-volume.js';
import { readFrameGeometry } from './frame-geometry.js';
import type { FrameStack } from './frame-stack.js';
import { readLaterality } from './laterality.js';
import { readPixelMeasures } from './pixel-measures.js';
import { implausibility } from './plausibility.js';
import { pixelDefect, toVoxels } from './voxels.js';

export interface ReadVolumeInput {
  /** The data set before Pixel Data. */
  readonly header: DataSet;
  /** The value of a native Pixel Data, little endian. */
  readonly pixels: Uint8Array;
  readonly profile: DeviceProfile;
  /** Why the profile matched, for the report. */
  readonly because: string;
}

/** A volume in the one orientation, or every reason why there is none. */
export type VolumeResult =
  { readonly volume: OctVolume } | { readonly reasons: readonly NotAssessedReason[] };

/**
 * Turns one multi-frame Ophthalmic Tomography object into a volume: frames inferior to superior, rows vitreous to
 * choroid, columns left to right as acquired, spacing in mm, 8-bit voxels. Nothing is guessed: what is missing,
 * contradictory or implausible becomes a reason, and all of them are returned together.
 */
export function readVolume({ header, pixels, profile, because }: ReadVolumeInput): VolumeResult {
  const matrix = {
    frames: header.number('NumberOfFrames') ?? 1,
    rows: header.number('Rows') ?? 0,
    columns: header.number('Columns') ?? 0,
  };
  const refusal = profileRefusal(profile);
  if (refusal !== undefined) return { reasons: [refusal] };

  const laterality = readLaterality(header, matrix.frames);
  const geometry = readGeometry(header, matrix, profile);
  const defect = pixelDefect(header, matrix, pixels.length);
  if ('reason' in laterality || 'reason' in geometry || defect !== undefined) {
    return {
      reasons: [
        ...('reason' in laterality ? [laterality.reason] : []),
        ...('reason' in geometry ? [geometry.reason] : []),
        ...(defect === undefined ? [] : [defect]),
      ],
    };
  }
  const { stack, spacing, commaForBackslash } = geometry;
  const { voxels, steps } = toVoxels(pixels, header, matrix, stack, profile);
  return {
    volume: {
      ...matrix,
      voxels,
      spacing,
      laterality: laterality.laterality,
      frameNumbers: stack.order.map((frame) => frame + 1),
      ...(stack.mirrored && { mirrored: true }),
      profile: {
        id: profile.id,
        because,
        evidence: profile.evidence,
        ...(profile.quality && { quality: profile.quality }),
      },
      steps: [
        { name: 'laterality', parameters: { from: laterality.from } },
        ...(commaForBackslash
          ? [{ name: 'comma in Pixel Spacing read as backslash', parameters: {} }]
          : []),
        {
          name: 'B-scan geometry',
          parameters: { from: stack.source, spacingMm: Number(spacing.frame.toFixed(6)) },
        },
        ...stack.steps,
        { name: 'frames ordered inferior to superior', parameters: { stored: storedOrder(stack) } },
        ...steps,
      ],
    },
  };
}

function profileRefusal(profile: DeviceProfile): NotAssessedReason | undefined {
  if (profile.evidence === 'none')
    return { name: 'PROFILE_NOT_VALIDATED', detail: `${profile.name} stands on no evidence` };
  if (profile.scanPattern !== 'macular-cube')
    return { name: 'NOT_A_MACULAR_CUBE', detail: `${profile.name} (${profile.scanPattern} scan)` };
  return undefined;
}

function readGeometry(
  header: DataSet,
  matrix: { readonly frames: number; readonly rows: number; readonly columns: number },
  profile: DeviceProfile,
):
  | {
      readonly stack: FrameStack;
      readonly spacing: VoxelSpacing;
      readonly commaForBackslash: boolean;
    }
  | { readonly reason: NotAssessedReason } {
  const read = readPixelMeasures(header, matrix.frames);
  if ('reason' in read) return read;
  const geometry = readFrameGeometry(header, matrix, read.measures, profile);
  if ('reason' in geometry) return geometry;
  const { axial, lateral, commaForBackslash } = read.measures;
  const spacing = { frame: geometry.stack.spacing, axial, lateral };
  const reason = implausibility({ ...matrix, spacing }, profile);
  return reason === undefined ? { stack: geometry.stack, spacing, commaForBackslash } : { reason };
}

function storedOrder({ order }: FrameStack): string {
  if (order.every((frame, i) => frame === i)) return 'inferior first';
  if (order.every((frame, i) => frame === order.length - 1 - i)) return 'superior first';
  return 'neither';
}
