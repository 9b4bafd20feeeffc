import type { PhantomSpecification } from '../../fixtures/phantom/phantom.js';

/** A phantom that is drawn in a moment: 8 × 128 × 128, a healthy right eye unless told otherwise. */
export function small(change: Partial<PhantomSpecification>): PhantomSpecification {
  return {
    seed: 11,
    appearance: 'spectralis',
    laterality: 'R',
    pathologies: [],
    frames: 8,
    rows: 128,
    columns: 128,
    ...change,
  };
}
