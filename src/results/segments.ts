import { TISSUES, type TissueName } from '../values/tissue.js';
import type { ResultInput } from './result-input.js';

/** The classes that become segments by default: fluids and lesions, in the order of TISSUES. */
export const SEGMENTED_TISSUES: readonly TissueName[] = TISSUES.filter(
  ({ kind }) => kind === 'fluid' || kind === 'lesion',
).map(({ name }) => name);

/** Every class that the networks know. */
export const ALL_TISSUES: readonly TissueName[] = TISSUES.map(({ name }) => name);

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
  /** The one of them that holds most of it; the first where several are level. */
  readonly largestFrame: number;
}

/** Voxels of each class in each frame: frames × classes. */
type Counts = Uint32Array;

/** Every builder and the gate ask: of a full-size volume the answer is a pass over 58 million voxels. */
const answers = new WeakMap<ResultInput, Counts>();

/** The segments of a tissue map among `tissues`; empty without volume and findings. */
export function segmentsOf(
  input: ResultInput,
  tissues: readonly TissueName[] = SEGMENTED_TISSUES,
): readonly Segment[] {
  const { volume } = input;
  if (volume === undefined || input.findings === undefined) return [];
  const counts = answers.get(input) ?? countVoxels(input);
  answers.set(input, counts);
  const { spacing } = volume;
  const order = sourceOrder(volume);
  const voxelMm3 = spacing.frame * spacing.axial * spacing.lateral;
  const segments: Segment[] = [];
  for (const tissue of tissues) {
    const label = TISSUES.findIndex(({ name }) => name === tissue);
    const count = (frame: number): number => counts[frame * TISSUES.length + label]!;
    const present = order.filter((frame) => count(frame) > 0);
    const [first] = present;
    if (first === undefined) continue;
    const voxels = present.reduce((sum, frame) => sum + count(frame), 0);
    segments.push({
      number: segments.length + 1,
      tissue,
      label,
      voxels,
      volumeMm3: voxels * voxelMm3,
      frames: present,
      largestFrame: present.reduce((a, b) => (count(b) > count(a) ? b : a), first),
    });
  }
  return segments;
}

/** Frames of the volume (from 0) in the order of the source's frame numbers. */
export function sourceOrder({
  frames,
  frameNumbers,
}: Pick<NonNullable<ResultInput['volume']>, 'frames' | 'frameNumbers'>): readonly number[] {
  return Array.from({ length: frames }, (_, frame) => frame).sort(
    (a, b) => frameNumbers[a]! - frameNumbers[b]!,
  );
}

function countVoxels({ volume, findings }: ResultInput): Counts {
  const { frames, rows, columns } = volume!;
  const { tissueMap } = findings!;
  const counts = new Uint32Array(frames * TISSUES.length);
  const size = rows * columns;
  for (let frame = 0; frame < frames; frame++) {
    const base = frame * TISSUES.length;
    const end = (frame + 1) * size;
    for (let voxel = frame * size; voxel < end; voxel++) {
      const index = base + tissueMap[voxel]!;
      counts[index] = counts[index]! + 1;
    }
  }
  return counts;
}
