import type { GeometrySource } from '../values/device-profile.js';
import type { NotAssessedReason, NotAssessedReasonName } from '../values/not-assessed-reason.js';
import type { NormalisationStep } from '../values/oct-volume.js';

/** The frames of a scan as a stack of parallel B-scans at equal distances. */
export interface FrameStack {
  /** Source frame indices (from 0) from inferior to superior. */
  readonly order: readonly number[];
  /** mm between neighbouring B-scans. */
  readonly spacing: number;
  readonly source: GeometrySource;
  /** Columns are stored from the patient's left to right, and must be turned. */
  readonly mirrored: boolean;
  readonly steps: readonly NormalisationStep[];
}

/** `undefined`: the scan does not carry this source, ask the next one. */
export type FrameStackResult =
  { readonly stack: FrameStack } | { readonly reason: NotAssessedReason } | undefined;

/** A distance between neighbours may differ from the median by this share of it. */
const EQUIDISTANCE_TOLERANCE = 0.2;

/**
 * Sorts B-scans by their position in mm along the inferior-superior normal and measures their distance. Refuses frames
 * that do not lie at equal distances: a gap, a repeated B-scan (decision 113), another scan pattern.
 */
export function stackByPosition(
  positions: readonly number[],
  source: GeometrySource,
  mirrored: boolean,
  steps: readonly NormalisationStep[] = [],
): FrameStackResult {
  const order = positions.map((_, frame) => frame).sort((a, b) => positions[a]! - positions[b]!);
  const gaps = order.slice(1).map((frame, i) => positions[frame]! - positions[order[i]!]!);
  const spacing = (positions[order.at(-1)!]! - positions[order[0]!]!) / gaps.length;
  const middle = [...gaps].sort((a, b) => a - b)[gaps.length >> 1]!;
  if (!(middle > 0)) return notACube('the frames lie at one place: their B-scans have no distance');
  const odd = gaps.findIndex((gap) => !isMultiple(gap / middle, 1));
  if (odd < 0) return { stack: { order, spacing, source, mirrored, steps } };

  const [a, b] = [order[odd]! + 1, order[odd + 1]! + 1].sort((x, y) => x - y);
  const detail = `frames ${String(a)} and ${String(b)} are ${millimetres(gaps[odd]!)} apart, others ${millimetres(middle)}`;
  return { reason: { name: whyNotEquidistant(gaps, middle), detail } };
}

/** Where every place is one of a stack's, B-scans of it are missing or there twice; else it is another scan pattern. */
function whyNotEquidistant(gaps: readonly number[], middle: number): NotAssessedReasonName {
  const steps = gaps.map((gap) => Math.round(gap / middle));
  if (!gaps.every((gap, i) => isMultiple(gap / middle, steps[i]!))) return 'NOT_A_MACULAR_CUBE';
  return steps.includes(0) ? 'BSCANS_REPEATED' : 'BSCANS_MISSING';
}

function isMultiple(ratio: number, times: number): boolean {
  return Math.abs(ratio - times) <= EQUIDISTANCE_TOLERANCE;
}

/** The stack in the stored order, at a distance that something other than the frames' own places tells. */
export function stackAsStored(
  frames: number,
  firstFrame: 'inferior' | 'superior',
  spacing: number,
  source: GeometrySource,
): FrameStack {
  const order = Array.from({ length: frames }, (_, i) =>
    firstFrame === 'inferior' ? i : frames - 1 - i,
  );
  const steps = [{ name: 'frame order taken from the device profile', parameters: { firstFrame } }];
  return { order, spacing, source, mirrored: false, steps };
}

export function notACube(detail: string): { readonly reason: NotAssessedReason } {
  return { reason: { name: 'NOT_A_MACULAR_CUBE', detail } };
}

export function millimetres(value: number): string {
  return `${value.toFixed(4)} mm`;
}
