import type { VolumeMeasures } from './measure-volume.js';

/** A quality criterion: what is measured, what still counts as acceptable, what can still be assessed at all. */
interface Criterion {
  readonly name: string;
  readonly unit: string;
  readonly measure: (measures: VolumeMeasures) => number;
  /** Is more better, or less? */
  readonly better: 'higher' | 'lower';
  readonly acceptable: number;
  readonly assessable: number;
  readonly advice: (measures: VolumeMeasures) => string;
}

/**
 * Limits set on phantoms in every dress (test/quality): clean scans are acceptable, 15 dB of lost light never is, and a
 * closed lid over more than a tenth of the scan cannot be assessed. One real scan (Duke) passes; not validated beyond.
 */
export const CRITERIA: readonly Criterion[] = [
  {
    name: 'signal above noise',
    unit: 'grey levels',
    measure: ({ contrast }) => contrast,
    better: 'higher',
    acceptable: 90,
    assessable: 75,
    advice: () => 'repeat the scan: signal too low (dry or cloudy media, small pupil, wrong focus)',
  },
  {
    name: 'share of dark B-scans',
    unit: '1',
    measure: ({ darkFrames, frames }) => darkFrames.length / frames,
    better: 'lower',
    acceptable: 0,
    assessable: 0.1,
    advice: ({ darkFrames }) => `repeat the scan: eyelid closed in ${frameRanges(darkFrames)}`,
  },
  {
    name: 'number of B-scans',
    unit: '1',
    measure: ({ frames }) => frames,
    better: 'higher',
    acceptable: 10,
    assessable: 10,
    advice: () => 'repeat the scan with a macular cube protocol: too few B-scans',
  },
  {
    name: 'height covered by B-scans',
    unit: 'mm',
    measure: ({ height }) => height,
    better: 'higher',
    acceptable: 4,
    assessable: 2,
    advice: () =>
      'repeat the scan with a macular cube protocol: it covers too little of the macula',
  },
  {
    name: 'share of saturated voxels',
    unit: '1',
    measure: ({ saturatedShare }) => saturatedShare,
    better: 'lower',
    acceptable: 0.02,
    assessable: 0.1,
    advice: () => 'repeat the scan with less gain: too many voxels are white',
  },
];

/** Frame numbers in words: 'frame 3', 'frames 41 to 57 and 60'. */
export function frameRanges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  const words = runs.map(([a, b]) =>
    a === b ? String(a) : `${String(a)} ${b === a + 1 ? 'and' : 'to'} ${String(b)}`,
  );
  const list =
    words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}` : words[0];
  return `${numbers.length === 1 ? 'frame' : 'frames'} ${list ?? ''}`;
}
