import { APPEARANCES } from '../../fixtures/phantom/appearances.js';
import type { AppearanceId } from '../../fixtures/phantom/appearances.js';
import { drawSpecification } from '../../fixtures/phantom/draw.js';
import { makePhantom, makeTruth, PreparedPhantom } from '../../fixtures/phantom/phantom.js';
import type { PhantomSpecification, PhantomTruth } from '../../fixtures/phantom/phantom.js';
import { Random } from '../../fixtures/phantom/random.js';
import type { CanonicalGrid } from '../../src/inference/manifest.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import type { PathologyName, ReferralClass } from '../../src/values/referral-class.js';

/** A drawn scan with its truth: what the exporters put on the canonical grid. */
export interface PhantomCase {
  readonly volume: OctVolume;
  /** Frames × rows × columns, as the volume. */
  readonly tissueMap: Uint8Array;
  readonly appearance: AppearanceId;
  readonly pathologies: readonly PathologyName[];
  readonly referral: ReferralClass;
}

/** Devices that this program knows are drawn more often than the others. */
export const TRAINING_DEVICES: readonly AppearanceId[] = [
  'spectralis',
  'spectralis',
  'spectralis',
  'topcon-3doct2000',
  'topcon-3doct2000',
  'topcon-maestro2',
  'cirrus',
  'nidek',
];
/** Never trained on: thresholds of what is unlike the training scans are chosen on these. */
export const UNSEEN_DEVICES: readonly AppearanceId[] = ['topcon-triton', 'optovue'];

/** B-scans of a slab: three to learn from, with a neighbour on both sides. */
export const SLAB_FRAMES = 5;
/** Distances between neighbours in µm: about what the network is given, and what sparse scans give it. */
const NEIGHBOUR_UM: readonly (readonly [number, number])[] = [
  [100, 0.75],
  [250, 0.15],
  [400, 0.1],
];
/** Shares of the device's matrix: fixtures are small. */
const MATRIX: readonly (readonly [number, number])[] = [
  [1, 0.8],
  [0.5, 0.2],
];
/** Fewer and smaller B-scans than a device makes: the classification network sees 24 × 128 cells anyway. */
const VOLUME_FRAMES = 24;
const VOLUME_MATRIX = 0.5;

/** Five neighbouring B-scans of one eye, mostly near the fovea. */
export function drawSlab(
  seed: number,
  grid: CanonicalGrid,
  appearances: readonly AppearanceId[],
): PhantomCase {
  const random = new Random(seed, 'training-case');
  const specification = withMatrix(
    drawSpecification(seed, { appearances }),
    random.weighted(MATRIX),
  );
  const phantom = new PreparedPhantom(specification);
  const { rows, columns, spacing, pathologies, referral } = phantom;
  const stride = Math.max(1, Math.round(random.weighted(NEIGHBOUR_UM) / 1000 / spacing.frame));
  const reach = Math.min(stride * 2, Math.floor((phantom.frames - 1) / 2));
  const wanted = Math.round(phantom.frames / 2 + (random.normal() * phantom.frames) / 5);
  const middle = Math.min(phantom.frames - 1 - reach, Math.max(reach, wanted));
  const voxels = new Uint8Array(SLAB_FRAMES * rows * columns);
  const tissueMap = new Uint8Array(SLAB_FRAMES * rows * columns);
  for (let k = 0; k < SLAB_FRAMES; k++) {
    const { voxels: bscan, tissues } = phantom.scan(middle + Math.round(((k - 2) * reach) / 2));
    voxels.set(bscan, k * rows * columns);
    tissueMap.set(tissues, k * rows * columns);
  }
  const { appearance } = specification;
  // The network is given these very neighbours, whatever their distance.
  const spacingShown = { ...spacing, frame: grid.neighbourUm / 1000 };
  const shown = { frames: SLAB_FRAMES, rows, columns, voxels, spacing: spacingShown };
  return { volume: asVolume(specification, shown), tissueMap, appearance, pathologies, referral };
}

/** A whole eye with few B-scans at half the device's matrix. */
export function drawVolume(seed: number, appearances: readonly AppearanceId[]): PhantomCase {
  const specification = drawSpecification(seed, { appearances, frames: VOLUME_FRAMES });
  const phantom = makePhantom(withMatrix(specification, VOLUME_MATRIX));
  const { tissueMap, pathologies, referral } = phantom;
  const { appearance } = specification;
  return { volume: asVolume(specification, phantom), tissueMap, appearance, pathologies, referral };
}

/** An eye without its picture, coarse along the scan as the en-face grid, fine in depth. */
export function drawTruth(seed: number): PhantomTruth {
  return makeTruth(
    drawSpecification(seed, { appearances: TRAINING_DEVICES, frames: VOLUME_FRAMES, rows: 256, columns: 128 }),
  );
}

function withMatrix(specification: PhantomSpecification, share: number): PhantomSpecification {
  if (share === 1) return specification;
  const { rows, columns } = APPEARANCES[specification.appearance];
  return {
    ...specification,
    rows: Math.round(rows * share),
    columns: Math.round(columns * share),
  };
}

function asVolume(
  { appearance, laterality }: PhantomSpecification,
  shown: Pick<OctVolume, 'frames' | 'rows' | 'columns' | 'voxels' | 'spacing'>,
): OctVolume {
  const { frames, rows, columns, voxels, spacing } = shown;
  return {
    frames,
    rows,
    columns,
    voxels,
    spacing,
    laterality,
    frameNumbers: Array.from({ length: frames }, (_, frame) => frame + 1),
    profile: { id: appearance, because: 'phantom', evidence: 'phantom-only' },
    steps: [],
  };
}
