import type { DataSet } from '../dicom/data-set.js';
import type { DeviceProfile } from '../values/device-profile.js';
import type { NotAssessedReason } from '../values/not-assessed-reason.js';
import { stackFromFrameLocations } from './frame-locations.js';
import { notACube, stackAsStored, type FrameStack, type FrameStackResult } from './frame-stack.js';
import type { PixelMeasures } from './pixel-measures.js';
import { stackFromPlanes } from './planes.js';

interface Matrix {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Order and distance of the B-scans, from the first source in the profile's order of trust that the scan carries. Where
 * planes and frame locations are both there and name opposite orders or directions, neither is believed.
 */
export function readFrameGeometry(
  header: DataSet,
  matrix: Matrix,
  measures: PixelMeasures,
  profile: DeviceProfile,
): { readonly stack: FrameStack } | { readonly reason: NotAssessedReason } {
  const { frames } = matrix;
  const { trust, firstFrame } = profile.geometry;
  if (frames < 2) return notACube('the scan is a single B-scan');
  const width = matrix.columns * measures.lateral;
  const planes = stackFromPlanes(header, frames, width);
  const locations = stackFromFrameLocations(header, frames, width);
  if (areOpposite(planes, locations)) {
    return {
      reason: {
        name: 'GEOMETRY_IMPLAUSIBLE',
        detail: 'planes and frame locations name opposite orders or directions of the frames',
      },
    };
  }
  for (const source of trust) {
    const result = {
      planes: () => planes,
      'frame-locations': () => locations,
      'slice-thickness': () => stored(measures.sliceThickness, 'slice-thickness'),
      table: () => stored(tableSpacing(profile, matrix), 'table'),
    }[source]();
    if (result !== undefined) return result;
  }
  return {
    reason: {
      name: 'GEOMETRY_MISSING',
      detail: `the distance of the B-scans is in none of: ${trust.join(', ')}`,
    },
  };

  function stored(
    spacing: number | undefined,
    source: 'slice-thickness' | 'table',
  ): FrameStackResult {
    return spacing === undefined || spacing <= 0
      ? undefined
      : { stack: stackAsStored(frames, firstFrame, spacing, source) };
  }
}

function tableSpacing({ geometry }: DeviceProfile, matrix: Matrix): number | undefined {
  return geometry.table?.find(
    ({ frames, rows, columns }) =>
      frames === matrix.frames && rows === matrix.rows && columns === matrix.columns,
  )?.frameSpacing;
}

function areOpposite(planes: FrameStackResult, locations: FrameStackResult): boolean {
  if (planes === undefined || locations === undefined) return false;
  if (!('stack' in planes) || !('stack' in locations)) return false;
  const inferior = planes.stack.order[0]!;
  if (planes.stack.mirrored !== locations.stack.mirrored) return true;
  return locations.stack.order.at(-1) === inferior;
}
