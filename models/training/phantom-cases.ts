import { APPEARANCES } from '../../fixtures/phantom/appearances.js';
import type { AppearanceId } from '../../fixtures/phantom/appearances.js';
import { drawSpecification } from '../../fixtures/phantom/draw.js';
import { makePhantom, makeTruth } from '../../fixtures/phantom/phantom.js';
import type { PhantomSpecification, PhantomTruth } from '../../fixtures/phantom/phantom.js';
import { Random } from '../../fixtures/phantom/random.js';
import { renderTrainingSlab } from '../../fixtures/phantom/training-slab.js';
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
/** Looks of the volumes to learn from: the maps of eyes that are seen badly must be known as well. */
const LOOKS: readonly (readonly ['device' | 'near' | 'far', number])[] = [
  ['device', 0.5],
  ['near', 0.25],
  ['far', 0.25],
];
/** Fewer and smaller B-scans than a device makes: the classification network sees 24 × 128 cells anyway. */
const VOLUME_FRAMES = 24;
const VOLUME_MATRIX = 0.5;

/** Five neighbouring B-scans of one eye, mostly near the fovea and beyond any device's look. */
export function drawSlab(
  seed: number,
  grid: CanonicalGrid,
  appearances: readonly AppearanceId[],
): PhantomCase {
  const slab = renderTrainingSlab(seed, { appearances, frames: SLAB_FRAMES });
  const { tissueMap, appearance, pathologies, referral, specification } = slab;
  // The network is given these very neighbours, whatever their distance.
  const spacing = { ...slab.spacing, frame: grid.neighbourUm / 1000 };
  const volume = asVolume(specification, { ...slab, spacing });
  return { volume, tissueMap, appearance, pathologies, referral };
}

/** A whole eye with few B-scans at half the device's matrix; with `beyond`, some look like no device. */
export function drawVolume(
  seed: number,
  appearances: readonly AppearanceId[],
  beyond: boolean,
): PhantomCase {
  const specification = drawSpecification(seed, { appearances, frames: VOLUME_FRAMES });
  const look = new Random(seed, 'training look').weighted(LOOKS);
  const phantom = makePhantom({
    ...withMatrix(specification, VOLUME_MATRIX),
    ...(beyond && look !== 'device' && { training: look }),
  });
  const { tissueMap, pathologies, referral } = phantom;
  const { appearance } = specification;
  return { volume: asVolume(specification, phantom), tissueMap, appearance, pathologies, referral };
}

/** An eye without its picture, coarse along the scan as the en-face grid, fine in depth. */
export function drawTruth(seed: number): PhantomTruth {
  return makeTruth(
    drawSpecification(seed, {
      appearances: TRAINING_DEVICES,
      frames: VOLUME_FRAMES,
      rows: 256,
      columns: 128,
    }),
  );
}

function withMatrix(specification: PhantomSpecification, share: number): PhantomSpecification {
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
