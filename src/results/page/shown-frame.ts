import { TISSUES } from '../../values/tissue.js';
import type { ResultInput } from '../result-input.js';
import { segmentsOf } from '../segments.js';
import { etdrsGrid } from '../thickness/etdrs-grid.js';

/** The B-scan that the page shows, and why it is this one. */
export interface ShownFrame {
  /** Of the volume, from 0. */
  readonly frame: number;
  readonly because: string;
}

/**
 * Through the finding that the decision hangs on most (whose removal changes the probability of the class most; where
 * that was not measured, the largest), at the B-scan that shows most of it; without findings through the middle of the macula.
 */
export function shownFrame(input: ResultInput): ShownFrame | undefined {
  const { volume, findings } = input;
  if (volume === undefined) return undefined;
  const segments = segmentsOf(input);
  const weights = segments.map(({ tissue, voxels }) => {
    const occlusion = findings?.occlusion?.find((candidate) => candidate.tissue === tissue);
    return { effect: occlusion === undefined ? 0 : effectOf(occlusion.referral), voxels };
  });
  const [decisive] = segments
    .map((segment, index) => ({ segment, ...weights[index]! }))
    .sort((a, b) => b.effect - a.effect || b.voxels - a.voxels);
  if (decisive !== undefined) {
    const { tissue, largestFrame } = decisive.segment;
    const { meaning } = TISSUES.find(({ name }) => name === tissue)!;
    return { frame: largestFrame, because: `most of: ${meaning.toLowerCase()}` };
  }
  const centre = etdrsGrid(input)?.centre;
  return centre === undefined
    ? { frame: Math.floor(volume.frames / 2), because: 'middle of the scan' }
    : {
        frame: Math.round(centre.frame),
        because: centre.by === 'fovea' ? 'through the fovea' : 'middle of the scan',
      };
}

function effectOf(referral: {
  readonly with: readonly number[];
  readonly without: readonly number[];
}): number {
  const differences = referral.with.map((value, index) =>
    Math.abs(value - (referral.without[index] ?? 0)),
  );
  return Math.max(0, ...differences);
}
