import type { Assessment } from './pipeline.js';
import type { ScanFigures } from './values/scan-figures.js';
import type { ProfileMatch } from './values/device-profile.js';

/** What the ledger keeps of a reading in figures: as much as was measured before the decision. */
export function scanFigures(
  { volume, quality, findings }: Assessment,
  device: ProfileMatch | undefined,
  modelSet: string,
): ScanFigures {
  const criteria = quality?.criteria ?? [];
  const { distance, disagreement } = findings?.likeness ?? {};
  const { volumeNl } = findings?.disagreement ?? {};
  return {
    profile: volume?.profile.id ?? (device?.matched === true ? device.profile.id : 'none'),
    modelSet,
    failedCriteria: criteria.filter(({ passed }) => !passed).map(({ code }) => code),
    ...(volumeNl !== undefined && { disagreementNl: volumeNl }),
    measures: {
      ...Object.fromEntries(criteria.map(({ code, value }) => [code, value])),
      ...findings?.look,
      ...(typeof distance === 'number' && { distance }),
      // A single member differs from nobody: that is no measure.
      ...(volumeNl !== undefined && disagreement !== undefined && { disagreement }),
    },
  };
}
