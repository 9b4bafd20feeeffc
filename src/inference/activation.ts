import type { ActivationMaps } from '../values/findings.js';
import { PATHOLOGIES, REFERRAL_CLASSES } from '../values/referral-class.js';
import type { Activation, Classification } from './classification.js';
import type { EnFaceGrid } from './manifest.js';

type ClassName = keyof ActivationMaps['classes'];

/** In the order of the networks' output. */
const CLASSES: readonly ClassName[] = [...REFERRAL_CLASSES, ...PATHOLOGIES.map(({ name }) => name)];

/**
 * The mean class-activation map of all predictions (Zhou et al. 2016: the head is linear, so the map is what the logit is
 * made of). undefined where a network gives none or another size: a mean over some of the members would be no explanation
 * of their common answer.
 */
export function activationMaps(
  answers: readonly Classification[],
  grid: EnFaceGrid,
): ActivationMaps | undefined {
  const [first] = answers;
  if (first?.activation === undefined) return undefined;
  const { rows, columns } = first.activation;
  const maps: Activation[] = [];
  for (const { activation } of answers) {
    if (activation?.rows !== rows || activation.columns !== columns) return undefined;
    maps.push(activation);
  }
  const cells = rows * columns;
  const meanOf = (index: number) =>
    Float32Array.from(
      { length: cells },
      (_, cell) =>
        maps.reduce((sum, { values }) => sum + values[index * cells + cell]!, 0) / maps.length,
    );
  return {
    rows,
    columns,
    spacing: {
      frame: (grid.frames * grid.frameUm) / rows / 1000,
      lateral: (grid.columns * grid.lateralUm) / columns / 1000,
    },
    classes: Object.fromEntries(CLASSES.map((name, index) => [name, meanOf(index)])) as Record<
      ClassName,
      Float32Array
    >,
  };
}
