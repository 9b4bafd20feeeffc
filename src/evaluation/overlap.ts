import { TISSUE_NAMES, measurableClasses, membership, TRUTH_LABELS } from './truth.js';
import type { SegmentationTruth, TruthClass } from './truth.js';
import type { TissueName } from '../values/tissue.js';
import type { VoxelSpacing } from '../values/oct-volume.js';

/** How what was found of one class in one scan lies over what is there; voxels where someone looked. */
export interface OverlapOf {
  readonly tissue: TruthClass;
  readonly both: number;
  readonly truth: number;
  readonly found: number;
  readonly truthNl: number;
  readonly foundNl: number;
  /** By each segmentation member alone, over the whole scan; only where all of the scan was looked at. */
  readonly memberNl?: readonly number[];
  /** As `both` and `found`, of each segmentation member alone. */
  readonly members?: readonly MemberOverlap[];
}

export type MemberOverlap = Pick<OverlapOf, 'both' | 'found'>;

type MemberVolumes = readonly Readonly<Partial<Record<TissueName, number>>>[];

/** Compares a tissue map with a truth of the same shape, class by class; and so the maps of the members, if given. */
export function overlaps(
  tissueMap: Uint8Array,
  { classes, labels }: SegmentationTruth,
  spacing: VoxelSpacing,
  memberVolumesNl: MemberVolumes = [],
  memberMaps: readonly Uint8Array[] = [],
): readonly OverlapOf[] {
  const pairs = pairsOf(tissueMap, labels);
  const memberPairs = memberMaps.map((map) => pairsOf(map, labels));
  const unseen = TRUTH_LABELS.notAnnotated;
  const whole = pairs.subarray(unseen * 16, unseen * 16 + 16).every((count) => count === 0);
  const nl = spacing.frame * spacing.axial * spacing.lateral * 1000;
  return measurableClasses(classes).map((tissue) => {
    const belongs = membership(tissue);
    const { both, truth, found } = countsOf(pairs, belongs);
    const volumes = { truthNl: truth * nl, foundNl: found * nl };
    const memberNl = memberVolumesNl.map((volumesNl) =>
      TISSUE_NAMES.reduce((sum, name, i) => sum + (belongs[i] ? (volumesNl[name] ?? 0) : 0), 0),
    );
    const members = memberPairs.map((own) => {
      const counts = countsOf(own, belongs);
      return { both: counts.both, found: counts.found };
    });
    return {
      tissue,
      both,
      truth,
      found,
      ...volumes,
      ...(whole && memberNl.length > 0 && { memberNl }),
      ...(members.length > 0 && { members }),
    };
  });
}

/** How often each value of the truth meets each label, at truth × 16 + label: one pass, of which every class is a sum. */
function pairsOf(tissueMap: Uint8Array, labels: Uint8Array): Float64Array {
  const pairs = new Float64Array(256 * 16);
  for (let i = 0; i < labels.length; i++) pairs[labels[i]! * 16 + tissueMap[i]!]!++;
  return pairs;
}

function countsOf(
  pairs: Float64Array,
  belongs: ReturnType<typeof membership>,
): Pick<OverlapOf, 'both' | 'truth' | 'found'> {
  let both = 0;
  let truth = 0;
  let found = 0;
  for (let value = 0; value < TRUTH_LABELS.notAnnotated; value++) {
    for (let label = 0; label < TISSUE_NAMES.length; label++) {
      const count = pairs[value * 16 + label]!;
      if (belongs[value]) truth += count;
      if (belongs[label]) found += count;
      if (belongs[value] && belongs[label]) both += count;
    }
  }
  return { both, truth, found };
}

/** Dice of scans taken together; null where the class is neither there nor found. */
export function pooledDice(
  all: readonly Pick<OverlapOf, 'both' | 'truth' | 'found'>[],
): number | null {
  const sum = (of: 'both' | 'truth' | 'found') => all.reduce((total, one) => total + one[of], 0);
  const size = sum('truth') + sum('found');
  return size === 0 ? null : (2 * sum('both')) / size;
}
