import { SURFACES, type SurfaceName } from '../results/height-map/codes.js';
import type { EvaluatedScan } from './evaluated-scan.js';
import { pooledDice, type OverlapOf } from './overlap.js';
import { FLUID, TISSUE_NAMES, type TruthClass } from './truth.js';

/** One class over a group of scans. */
export interface ClassMeasures {
  readonly tissue: TruthClass;
  /** Scans whose truth looked for the class; of these, those that have it. */
  readonly scans: number;
  readonly present: number;
  /** All voxels of all scans taken together; null where it is neither there nor found. */
  readonly dice: number | null;
  readonly truthNl: number;
  readonly foundNl: number;
  /** (found − truth) / truth, all scans taken together; null where there is none. */
  readonly volumeError: number | null;
  /** Mean over the scans of |found − truth|. */
  readonly meanAbsoluteErrorNl: number;
  /** The same of each segmentation member alone; only of scans looked at as a whole. */
  readonly memberErrorsNl?: readonly number[];
  /** Dice of each segmentation member alone; null where it is neither there nor found. */
  readonly memberDice?: readonly (number | null)[];
}

export function measureClasses(scans: readonly EvaluatedScan[]): readonly ClassMeasures[] {
  return [...TISSUE_NAMES, FLUID as TruthClass].flatMap((tissue) => {
    const all = scans.flatMap(({ tissues }) => tissues.filter((one) => one.tissue === tissue));
    return all.length === 0 ? [] : [measureClass(tissue, all)];
  });
}

function measureClass(tissue: TruthClass, all: readonly OverlapOf[]): ClassMeasures {
  const sum = (of: (one: OverlapOf) => number, some = all) =>
    some.reduce((total, one) => total + of(one), 0);
  const truthNl = sum((one) => one.truthNl);
  const foundNl = sum((one) => one.foundNl);
  const withMembers = all.filter(({ memberNl }) => memberNl !== undefined);
  const members = withMembers[0]?.memberNl?.length ?? 0;
  const comparable =
    members > 1 && withMembers.every(({ memberNl }) => memberNl!.length === members);
  const alone = membersOf(all);
  return {
    tissue,
    scans: all.length,
    present: all.filter(({ truth }) => truth > 0).length,
    dice: pooledDice(all),
    truthNl,
    foundNl,
    volumeError: truthNl > 0 ? (foundNl - truthNl) / truthNl : null,
    meanAbsoluteErrorNl: sum((one) => Math.abs(one.foundNl - one.truthNl)) / all.length,
    ...(alone !== undefined && { memberDice: alone.map(pooledDice) }),
    ...(comparable && {
      memberErrorsNl: Array.from(
        { length: members },
        (_, i) =>
          sum((one) => Math.abs(one.memberNl![i]! - one.truthNl), withMembers) / withMembers.length,
      ),
    }),
  };
}

/** The overlaps of each member; `undefined` where scans were read by different numbers of them. */
function membersOf(
  all: readonly OverlapOf[],
): readonly (readonly Pick<OverlapOf, 'both' | 'truth' | 'found'>[])[] | undefined {
  const count = all[0]?.members?.length ?? 0;
  if (count < 2 || all.some(({ members }) => members?.length !== count)) return undefined;
  return Array.from({ length: count }, (_, i) =>
    all.map(({ truth, members }) => ({ truth, ...members![i]! })),
  );
}

/** One surface over a group of scans. */
export interface SurfaceMeasures {
  readonly surface: SurfaceName;
  readonly scans: number;
  /** Share of the A-scans that have the surface in which it was not found. */
  readonly missed: number;
  readonly meanAbsoluteUm: number | null;
  /** Positive: found too deep. */
  readonly biasUm: number | null;
  readonly rmsUm: number | null;
  readonly rmsRows: number | null;
}

export function measureSurfaces(scans: readonly EvaluatedScan[]): readonly SurfaceMeasures[] {
  return SURFACES.flatMap(({ name }) => {
    const all = scans.flatMap(({ surfaces }) => surfaces.filter(({ surface }) => surface === name));
    if (all.length === 0) return [];
    type One = (typeof all)[number];
    const sum = (of: (one: One) => number) => all.reduce((total, one) => total + of(one), 0);
    const truth = sum((one) => one.truth);
    const found = sum((one) => one.found);
    const mean = (of: (one: One) => number) => (found === 0 ? null : sum(of) / found);
    const root = (of: (one: One) => number) => (found === 0 ? null : Math.sqrt(sum(of) / found));
    return [
      {
        surface: name,
        scans: all.length,
        missed: truth === 0 ? 0 : (truth - found) / truth,
        meanAbsoluteUm: mean((one) => one.absoluteUm),
        biasUm: mean((one) => one.signedUm),
        rmsUm: root((one) => one.squaredRows * one.axialUm ** 2),
        rmsRows: root((one) => one.squaredRows),
      },
    ];
  });
}
