import type { FoveaPlace } from './find-fovea.js';
import type { TissueMeasures } from './measure-tissue.js';
import type { QualityCode, QualityLimits } from '../values/quality-report.js';
import type { VolumeMeasures } from './measure-volume.js';

export type Measures = VolumeMeasures &
  TissueMeasures & {
    /** `undefined` where its place cannot be told. */
    readonly fovea: FoveaPlace | undefined;
  };

/** A quality criterion: what is measured, what still counts as acceptable, what can still be assessed at all. */
interface Criterion extends QualityLimits {
  readonly code: QualityCode;
  readonly name: string;
  readonly unit: string;
  /** `undefined`: cannot be told in this scan, and is then left out. */
  readonly measure: (measures: Measures) => number | undefined;
  /** Is more better, or less? */
  readonly better: 'higher' | 'lower';
  readonly advice: (measures: Measures) => string;
}

/**
 * Limits set on phantoms in every dress (test/quality): clean scans are acceptable, 15 dB of lost light never is, and a
 * closed lid over more than a tenth of the scan cannot be assessed. One real scan (Duke) passes; not validated beyond.
 * For all devices; a profile may say its own (`DeviceProfile.quality`).
 */
export const CRITERIA: readonly Criterion[] = [
  {
    code: 'Q01',
    name: 'signal above noise',
    unit: 'grey levels',
    measure: ({ contrast }) => contrast,
    better: 'higher',
    excellent: 110,
    acceptable: 90,
    assessable: 75,
    advice: () => 'repeat the scan: signal too low (dry or cloudy media, small pupil, wrong focus)',
  },
  {
    code: 'Q02',
    name: 'share of dark B-scans',
    unit: '1',
    measure: ({ darkFrames, frames }) => darkFrames.length / frames,
    better: 'lower',
    excellent: 0,
    acceptable: 0,
    assessable: 0.1,
    advice: ({ darkFrames }) => `repeat the scan: eyelid closed in ${frameRanges(darkFrames)}`,
  },
  {
    code: 'Q03',
    name: 'number of B-scans',
    unit: '1',
    measure: ({ frames }) => frames,
    better: 'higher',
    excellent: 19,
    acceptable: 10,
    assessable: 10,
    advice: () => 'repeat the scan with a macular cube protocol: too few B-scans',
  },
  {
    code: 'Q04',
    name: 'height covered by B-scans',
    unit: 'mm',
    measure: ({ height }) => height,
    better: 'higher',
    excellent: 4.5,
    acceptable: 4,
    assessable: 2,
    advice: () =>
      'repeat the scan with a macular cube protocol: it covers too little of the macula',
  },
  {
    code: 'Q05',
    name: 'share of saturated voxels',
    unit: '1',
    measure: ({ saturatedShare }) => saturatedShare,
    better: 'lower',
    excellent: 0.005,
    acceptable: 0.02,
    assessable: 0.1,
    advice: () => 'repeat the scan with less gain: too many voxels are white',
  },
  {
    // What cannot be told from a mirror artefact counts here, and the advice says so.
    code: 'Q06',
    name: 'share of A-scans cut off at the top',
    unit: '1',
    measure: ({ cutAbove, topEdge }) => (topEdge === 'mirrored' ? 0 : cutAbove),
    better: 'lower',
    excellent: 0.005,
    acceptable: 0.02,
    assessable: 0.25,
    advice: ({ framesCutAbove, topEdge }) =>
      `repeat the scan with the eye lower in the window: cut off ${topEdge === 'cut-off' ? '' : 'or mirrored '}at the top in ${frameRanges(framesCutAbove)}`,
  },
  {
    code: 'Q07',
    name: 'share of A-scans cut off at the bottom',
    unit: '1',
    measure: ({ cutBelow }) => cutBelow,
    better: 'lower',
    excellent: 0.02,
    acceptable: 0.1,
    assessable: 0.5,
    advice: ({ framesCutBelow }) =>
      `repeat the scan with the eye higher in the window: cut off at the bottom in ${frameRanges(framesCutBelow)}`,
  },
  {
    code: 'Q08',
    name: 'largest jump between B-scans',
    unit: 'mm',
    measure: ({ jump }) => jump,
    better: 'lower',
    excellent: 0.05,
    acceptable: 0.08,
    assessable: 0.4,
    advice: ({ jumpFrames }) => `repeat the scan: the eye moved before ${frameRanges(jumpFrames)}`,
  },
  {
    code: 'Q09',
    name: 'smear of fine detail',
    unit: '1',
    measure: ({ smear }) => smear,
    better: 'lower',
    excellent: 0.12,
    acceptable: 0.22,
    assessable: 0.85,
    advice: () => 'repeat the scan: out of focus',
  },
  {
    code: 'Q10',
    name: 'share of the field in shadow',
    unit: '1',
    measure: ({ shadowed }) => shadowed,
    better: 'lower',
    excellent: 0.03,
    acceptable: 0.1,
    assessable: 0.4,
    advice: ({ shadowedFrames }) =>
      `repeat the scan: part of the field lies in shadow (opacity) in ${frameRanges(shadowedFrames)}`,
  },
  {
    // What lies more than 1 mm off, and 0.2 mm for the error of its place. Never beyond 'assessable': a field of 6 mm
    // does not hold a fovea that far off.
    code: 'Q11',
    name: 'distance of the fovea from the centre',
    unit: 'mm',
    measure: ({ fovea }) => fovea && Math.hypot(fovea.nasal, fovea.superior),
    better: 'lower',
    excellent: 0.6,
    acceptable: 1.2,
    assessable: 3,
    advice: ({ fovea }) => `repeat the scan: the fovea lies ${placeInWords(fovea!)} of the centre`,
  },
  {
    code: 'Q12',
    name: 'share of A-scans mirrored at the top',
    unit: '1',
    measure: ({ cutAbove, topEdge }) => (topEdge === 'mirrored' ? cutAbove : 0),
    better: 'lower',
    excellent: 0.005,
    acceptable: 0.02,
    assessable: 0.25,
    advice: ({ framesCutAbove }) =>
      `repeat the scan with the eye lower in the window: mirrored at the top in ${frameRanges(framesCutAbove)}`,
  },
];

/** A component below this share of the distance (22.5°) is not named. */
const ASIDE = 0.383;

/** '1.6 mm nasal', '1.2 mm superotemporal'. */
export function placeInWords({ nasal, superior }: FoveaPlace): string {
  const distance = Math.hypot(nasal, superior);
  const across = Math.abs(nasal) < ASIDE * distance ? '' : nasal > 0 ? 'nasal' : 'temporal';
  const up = Math.abs(superior) < ASIDE * distance ? '' : superior > 0 ? 'superior' : 'inferior';
  const both = across !== '' && up !== '';
  return `${distance.toFixed(1)} mm ${both ? up.replace('ior', 'o') : up}${across}`;
}

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
