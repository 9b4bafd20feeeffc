import type { TissueName } from '../values/tissue.js';
import type { ResultInput } from './result-input.js';
import { segmentsOf } from './segments.js';

/** A B-scan that carried the decision, and what it shows. */
export interface DecisiveFrame {
  /** Of the volume, from 0. */
  readonly frame: number;
  readonly tissues: readonly TissueName[];
}

/**
 * For each fluid and lesion the B-scan that shows most of it, in the order of the source's frames; empty where none was
 * found. A rule and no attention map: what a reader sees there is what was measured.
 */
export function decisiveFrames(input: ResultInput): readonly DecisiveFrame[] {
  const tissues = new Map<number, TissueName[]>();
  for (const { tissue, largestFrame } of segmentsOf(input)) {
    tissues.set(largestFrame, [...(tissues.get(largestFrame) ?? []), tissue]);
  }
  const numbers = input.volume?.frameNumbers ?? [];
  return [...tissues]
    .map(([frame, found]) => ({ frame, tissues: found }))
    .sort((a, b) => numbers[a.frame]! - numbers[b.frame]!);
}
