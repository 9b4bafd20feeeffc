import type { Occlusion } from '../values/findings.js';
import { REFERRAL_CLASSES } from '../values/referral-class.js';
import { TISSUES, tissueIndex } from '../values/tissue.js';
import type { Classification } from './classification.js';
import { HEIGHT_CHANNELS, type TissueMeasurements } from './thickness-maps.js';

/** What takes the place of a tissue that is taken away: found in every scan, so the least surprising neighbour. */
const REPLACEMENT = tissueIndex('neurosensory-retina');
const FLUID_DEPTH = TISSUES.length + HEIGHT_CHANNELS.indexOf('fluidBelowInnerSurface');

/**
 * What each fluid and lesion does to the referral ('without SHRM: urgent 0.91 → 0.12'): the classification networks
 * asked again with its thickness given to the neurosensory retina. Surfaces stay where they are.
 */
export async function occlude(
  { enFace, volumesNl }: TissueMeasurements,
  classify: (enFace: Float32Array) => Promise<readonly Classification[]>,
): Promise<readonly Occlusion[]> {
  const found = TISSUES.filter(({ name }) => (volumesNl[name] ?? 0) > 0);
  if (found.length === 0) return [];
  const whole = meanReferral(await classify(enFace));
  const occlusions: Occlusion[] = [];
  for (const { name: tissue } of found) {
    const without = meanReferral(await classify(withoutTissue(enFace, tissueIndex(tissue))));
    occlusions.push({ tissue, referral: { with: whole, without } });
  }
  return occlusions;
}

function withoutTissue(enFace: Float32Array, tissue: number): Float32Array {
  const cells = enFace.length / (TISSUES.length + HEIGHT_CHANNELS.length);
  const changed = enFace.slice();
  for (let cell = 0; cell < cells; cell++) {
    changed[REPLACEMENT * cells + cell]! += changed[tissue * cells + cell]!;
  }
  changed.fill(0, tissue * cells, (tissue + 1) * cells);
  if (TISSUES[tissue]!.name === 'intraretinal-fluid') {
    changed.fill(0, FLUID_DEPTH * cells, (FLUID_DEPTH + 1) * cells);
  }
  return changed;
}

function meanReferral(answers: readonly Classification[]): readonly number[] {
  return REFERRAL_CLASSES.map(
    (_, index) => answers.reduce((sum, { referral }) => sum + referral[index]!, 0) / answers.length,
  );
}
