import type { DeviceProfile, Range } from '../values/device-profile.js';
import type { NotAssessedReason } from '../values/not-assessed-reason.js';
import type { VoxelSpacing } from '../values/oct-volume.js';

/** What no scan of a macula goes beyond, whatever its device (dicom-objects.md 1.3.6, lessons.md R40); mm. */
const ANY_DEVICE = {
  axial: { from: 0.001, to: 0.02 },
  depth: { from: 1.5, to: 3.5 },
  width: { from: 3, to: 16 },
  frameSpacing: { from: Number.MIN_VALUE, to: 1 },
} as const satisfies Record<string, Range>;

/** Why the spacings of a scan cannot be right for any eye, or not for its device; `undefined` where they can. */
export function implausibility(
  { rows, columns, spacing }: { rows: number; columns: number; spacing: VoxelSpacing },
  profile: DeviceProfile,
): NotAssessedReason | undefined {
  const { limits } = profile.geometry;
  const checks: readonly [string, number, Range][] = [
    ['axial spacing', spacing.axial, ANY_DEVICE.axial],
    ['depth', rows * spacing.axial, ANY_DEVICE.depth],
    ['width', columns * spacing.lateral, ANY_DEVICE.width],
    ['B-scan spacing', spacing.frame, ANY_DEVICE.frameSpacing],
    ['depth', rows * spacing.axial, limits.depth],
    ['width', columns * spacing.lateral, limits.width],
    ['B-scan spacing', spacing.frame, limits.frameSpacing],
  ];
  const failed = checks.find(([, value, { from, to }]) => !(value >= from && value <= to));
  if (failed === undefined) return undefined;
  const [what, value, { from, to }] = failed;
  const lower = from === Number.MIN_VALUE ? 'above 0' : `${String(from)} mm`;
  return {
    name: 'GEOMETRY_IMPLAUSIBLE',
    detail: `${what} is ${value.toPrecision(4)} mm, expected ${lower} to ${String(to)} mm`,
  };
}
