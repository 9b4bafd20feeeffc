import { TISSUES, type TissueName } from '../values/tissue.js';
import type { ResultInput } from './result-input.js';

/** The classes that become segments by default: fluids and lesions, in the order of TISSUES. */
export const SEGMENTED_TISSUES: readonly TissueName[] = TISSUES.filter(
  ({ kind }) => kind === 'fluid' || kind === 'lesion',
).map(({ name }) => name);

/** One segment: a class that is there, and where. */
export interface Segment {
  /** 1..n without gaps (PS3.3 C.8.20.2). */
  readonly number: number;
  readonly tissue: TissueName;
  readonly label: number;
  readonly voxels: number;
  readonly volumeMm3: number;
  /** Frames of the volume (from 0) that hold it, in the order of the source's frame numbers. */
  readonly frames: readonly number[];
}

/** Segmentation, report and gate all ask: of a full-size volume each answer is a pass over 58 million voxels. */
const answers = new WeakMap<ResultInput, readonly Segment[]>();

/** The segments of a tissue map; empty without volume and findings. */
export function segmentsOf(input: ResultInput): readonly Segment[] {
  const known = answers.get(input) ?? findSegments(input);
  answers.set(input, known);
  return known;
}

function findSegments({ volume, findings }: ResultInput): readonly Segment[] {
  if (volume === undefined || findings === undefined) return [];
  const { frames, rows, columns, spacing, frameNumbers } = volume;
  const counts = new Uint32Array(frames * TISSUES.length);
  const size = rows * columns;
  for (let frame = 0; frame < frames; frame++) {
    const base = frame * TISSUES.length;
    const end = (frame + 1) * size;
    for (let voxel = frame * size; voxel < end; voxel++) {
      const index = base + findings.tissueMap[voxel]!;
      counts[index] = counts[index]! + 1;
    }
  }
  const sourceOrder = Array.from({ length: frames }, (_, frame) => frame).sort(
    (a, b) => frameNumbers[a]! - frameNumbers[b]!,
  );
  const voxelMm3 = spacing.frame * spacing.axial * spacing.lateral;
  const segments: Segment[] = [];
  for (const tissue of SEGMENTED_TISSUES) {
    const label = TISSUES.findIndex(({ name }) => name === tissue);
    const count = (frame: number): number => counts[frame * TISSUES.length + label]!;
    const present = sourceOrder.filter((frame) => count(frame) > 0);
    if (present.length === 0) continue;
    const voxels = present.reduce((sum, frame) => sum + count(frame), 0);
    segments.push({
      number: segments.length + 1,
      tissue,
      label,
      voxels,
      volumeMm3: voxels * voxelMm3,
      frames: present,
    });
  }
  return segments;
}
