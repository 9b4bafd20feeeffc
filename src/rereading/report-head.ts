import type { ReportHead } from '../evaluation/report.js';
import type { Networks } from '../inference/sessions.js';
import type { ModelSet } from '../inference/model-set.js';
import { readCostMatrix, type CostMatrix } from '../referral/cost-matrix.js';
import { PRODUCT, RESEARCH_USE_ONLY } from '../values/product.js';

/** What a report of an evaluation says of the program and its networks. */
export function reportHead(
  title: string,
  networks: Networks,
  costMatrix: CostMatrix,
): Omit<ReportHead, 'withoutTruth' | 'notEvaluated'> {
  const { manifest, modelSet, segmentation, classification, executionProvider } = networks;
  return {
    title,
    made: new Date().toISOString(),
    product: `${PRODUCT.name} ${PRODUCT.version}`,
    notice: RESEARCH_USE_ONLY,
    modelSet: {
      name: modelSet.name,
      version: modelSet.version,
      digest: modelSet.digest,
      segmentationMembers: segmentation.length,
      classificationMembers: classification.length,
      executionProvider,
    },
    costMatrix: `${costMatrix.name} ${costMatrix.version}`,
    leaveOneDeviceOut: manifest.evaluation['leaveOneDeviceOut'] ?? null,
  };
}

/** The cost matrices of a set by the name of their operating point. */
export function costMatricesOf({ operatingPoints }: ModelSet): ReadonlyMap<string, CostMatrix> {
  return new Map([...operatingPoints].map(([name, { path }]) => [name, readCostMatrix(path)]));
}
