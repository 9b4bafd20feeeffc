import type { Findings } from '../../src/values/findings.js';
import type { QualityReport } from '../../src/values/quality-report.js';
import { PATHOLOGIES } from '../../src/values/referral-class.js';
import type { PathologyName } from '../../src/values/referral-class.js';
import { readCostMatrix } from '../../src/referral/cost-matrix.js';
import type { ReferralThresholds } from '../../src/referral/decide.js';

/** The cost matrix that ships with the models. */
export const COST_MATRIX = readCostMatrix(
  new URL('../../models/decision.json', import.meta.url).pathname,
);

export const THRESHOLDS: ReferralThresholds = {
  minimumRetinaShare: 0.8,
  minimumTopProbability: 0.4,
  maximumSpread: 0.35,
  cnvSafetyNet: 0.5,
  maximumDistance: 3,
  maximumDisagreement: 0.2,
};

export const GOOD_QUALITY: QualityReport = {
  assessable: true,
  grade: 'acceptable',
  criteria: [],
  advice: '',
};

/** Findings of one scan: one row of referral probabilities a prediction, pathologies improbable unless given. */
export function findingsWith(
  referral: readonly (readonly number[])[],
  changes: Partial<Findings> & { cnv?: number } = {},
): Findings {
  const { cnv = 0.01, ...rest } = changes;
  const pathologies = Object.fromEntries(
    PATHOLOGIES.map(({ name }) => [name, name === 'cnv' ? cnv : 0.01]),
  ) as Record<PathologyName, number>;
  return {
    tissueMap: new Uint8Array(0),
    volumesNl: {},
    referral,
    pathologies,
    retinaShare: 0.99,
    likeness: { distance: 1, disagreement: 0.02 },
    modelSet: { name: 'test', version: '1', digest: '00' },
    models: [],
    executionProvider: 'cpu',
    ...rest,
  };
}
