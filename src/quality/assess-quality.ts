import type { OctVolume } from '../values/oct-volume.js';
import type { QualityReport } from '../values/quality-report.js';
import { CRITERIA } from './criteria.js';
import { measureVolume } from './measure-volume.js';

/**
 * Can this volume be read? Every criterion is measured; `passed` means acceptable. One that is not acceptable makes the
 * grade 'poor', one beyond its second limit 'not-assessable'. The advice names frames by the source's own numbers.
 */
export function assessQuality(volume: OctVolume): QualityReport {
  const measures = measureVolume(volume);
  const graded = CRITERIA.map(({ name, unit, measure, better, acceptable, assessable, advice }) => {
    const value = measure(measures);
    const reaches = (limit: number) => (better === 'higher' ? value >= limit : value <= limit);
    const passed = reaches(acceptable);
    return {
      criterion: { name, value, threshold: acceptable, unit, passed },
      assessable: reaches(assessable),
      advice: passed ? undefined : advice(measures),
    };
  });
  const assessable = graded.every((one) => one.assessable);
  const acceptable = graded.every(({ criterion }) => criterion.passed);
  return {
    assessable,
    grade: !assessable ? 'not-assessable' : acceptable ? 'acceptable' : 'poor',
    criteria: graded.map(({ criterion }) => criterion),
    advice: graded.flatMap((one) => one.advice ?? []).join('; '),
  };
}
