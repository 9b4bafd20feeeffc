import type { OctVolume } from '../values/oct-volume.js';
import type { QualityReport } from '../values/quality-report.js';
import { CRITERIA } from './criteria.js';
import { findFovea } from './find-fovea.js';
import { measureTissue } from './measure-tissue.js';
import { measureVolume } from './measure-volume.js';

/**
 * Can this volume be read? Every criterion is measured; `passed` means acceptable. One that is not acceptable makes the
 * grade 'poor', one beyond its last limit 'not-assessable'; where all reach their first limit it is 'excellent'. The
 * advice names frames by the source's own numbers. What cannot be told in this scan is left out. Limits of the device's
 * profile stand before those for all devices.
 */
export function assessQuality(volume: OctVolume): QualityReport {
  const overall = measureVolume(volume);
  const measures = {
    ...overall,
    ...measureTissue(volume, overall.darkFrames),
    fovea: findFovea(volume, overall.darkFrames),
  };
  const graded = CRITERIA.flatMap((criterion) => {
    const { code, name, unit, measure, better } = criterion;
    const limits = { ...criterion, ...volume.profile.quality?.[code] };
    const value = measure(measures);
    if (value === undefined || !Number.isFinite(value)) return [];
    const reaches = (limit: number) => (better === 'higher' ? value >= limit : value <= limit);
    const passed = reaches(limits.acceptable);
    return [
      {
        criterion: { code, name, value, threshold: limits.acceptable, unit, passed },
        excellent: reaches(limits.excellent),
        assessable: reaches(limits.assessable),
        advice: passed ? undefined : criterion.advice(measures),
      },
    ];
  });
  const every = (holds: (one: (typeof graded)[number]) => boolean) => graded.every(holds);
  const assessable = every((one) => one.assessable);
  const acceptable = every(({ criterion }) => criterion.passed);
  return {
    assessable,
    grade: !assessable
      ? 'not-assessable'
      : !acceptable
        ? 'poor'
        : every((one) => one.excellent)
          ? 'excellent'
          : 'acceptable',
    criteria: graded.map(({ criterion }) => criterion),
    advice: graded.flatMap((one) => one.advice ?? []).join('; '),
  };
}
