import type { SurfaceHeights } from '../results/height-map/surfaces.js';
import type { PathologyName, ReferralClass } from '../values/referral-class.js';
import { tissueIndex, TISSUES, type TissueName } from '../values/tissue.js';

/** Fluid in the retina, under it and under the pigment epithelium taken together, as many annotators draw it. */
export const FLUID = 'fluid';
export type TruthClass = TissueName | typeof FLUID;

/** What a voxel of a truth may be beside the index of a class in TISSUES. */
export const TRUTH_LABELS = {
  anyFluid: 253,
  /** None of the classes that were looked for. */
  other: 254,
  /** Nobody looked here: the voxel counts for nothing. */
  notAnnotated: 255,
} as const;

/** What someone drew into a scan, on the scan's own grid: frames × rows × columns, as the OctVolume. */
export interface SegmentationTruth {
  /** What was looked for; where no voxel has it, there is none. */
  readonly classes: readonly TruthClass[];
  /** Indices into TISSUES, or TRUTH_LABELS. */
  readonly labels: Uint8Array;
}

/** What is known of a scan; only what is there is measured. */
export interface ScanTruth {
  readonly referral?: ReferralClass;
  readonly pathologies?: readonly PathologyName[];
  readonly segmentation?: SegmentationTruth;
  /** Drawn as lines; where a segmentation shows the same surface, the line counts. */
  readonly surfaces?: readonly SurfaceHeights[];
}

export const TISSUE_NAMES: readonly TissueName[] = TISSUES.map(({ name }) => name);

const FLUIDS = TISSUES.filter(({ kind }) => kind === 'fluid').map(({ name }) => name);

/** All classes that a truth allows to measure: with each kind of fluid also their sum. */
export function measurableClasses(classes: readonly TruthClass[]): readonly TruthClass[] {
  const drawn = new Set(classes);
  if (FLUIDS.every((name) => drawn.has(name))) drawn.add(FLUID);
  return [...TISSUE_NAMES, FLUID].filter((name) => drawn.has(name as TruthClass)) as TruthClass[];
}

/** For each value of a voxel (0 to 255): does it belong to the class? */
export function membership(name: TruthClass): Uint8Array {
  const belongs = new Uint8Array(256);
  if (name === FLUID) {
    for (const fluid of FLUIDS) belongs[tissueIndex(fluid)] = 1;
    belongs[TRUTH_LABELS.anyFluid] = 1;
  } else belongs[tissueIndex(name)] = 1;
  return belongs;
}
