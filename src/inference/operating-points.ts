import { InferenceError } from './errors.js';
import type { ModelFile, ModelSet } from './model-set.js';

/**
 * The cost matrix by which a set decides.
 * @param name one of the set's operating points; empty: the set's own choice
 * @throws InferenceError OCT_OPERATING_POINT_UNKNOWN
 */
export function operatingPointOf(
  { operatingPoints, decision }: Pick<ModelSet, 'operatingPoints' | 'decision'>,
  name: string,
): ModelFile {
  if (name === '') return decision;
  const file = operatingPoints.get(name);
  if (file !== undefined) return file;
  const known = [...operatingPoints.keys()].join(', ') || 'none';
  throw new InferenceError('OCT_OPERATING_POINT_UNKNOWN', `'${name}'; the set has ${known}`);
}
