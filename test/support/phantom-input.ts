import { createHash } from 'node:crypto';

import type { DressId } from '../../fixtures/opt/dresses.js';
import {
  makeOptFile,
  type OptFile,
  type OptFileSpecification,
} from '../../fixtures/opt/opt-file.js';
import type { ResultInput } from '../../src/results/result-input.js';
import { REFERRAL_CLASSES } from '../../src/values/referral-class.js';
import { TISSUES } from '../../src/values/tissue.js';
import { resultInput } from './result-input.js';

export interface PhantomInput {
  readonly file: OptFile;
  readonly input: ResultInput;
}

/**
 * An input whose findings are a phantom's truth, with its B-scans and an ensemble of five that differ: what a page or a
 * viewer shows, without networks. Its header is that of `file`, which a PACS may be given.
 */
export function phantomInput(
  dress: DressId,
  phantom: OptFileSpecification['phantom'],
  size: OptFileSpecification['size'] = 'small',
): PhantomInput {
  const file = makeOptFile({ dress, phantom, size });
  const { truth, uids, header, storedFrames, bytes } = file;
  const { frames, rows, columns, spacing, laterality, voxels, tissueMap } = truth;
  const model = resultInput({ dress, laterality });
  const { findings, volume, quality, sourceInstance } = model;
  const voxelNl = spacing.frame * spacing.axial * spacing.lateral * 1000;
  const counts = new Float64Array(TISSUES.length);
  for (const label of tissueMap) counts[label]! += voxelNl;
  const found = TISSUES.flatMap(({ name, kind }, index) =>
    (kind === 'fluid' || kind === 'lesion') && counts[index]! > 0
      ? [{ tissue: name, nl: counts[index]! }]
      : [],
  );
  const probabilities = REFERRAL_CLASSES.map((name) => (name === truth.referral ? 0.82 : 0.06));
  return {
    file,
    input: {
      ...model,
      source: header,
      sourceInstance: {
        ...sourceInstance,
        sopInstanceUid: uids.instance,
        seriesInstanceUid: uids.series,
        studyInstanceUid: uids.study,
        digest: createHash('sha256').update(bytes).digest('hex'),
      },
      volume: {
        ...volume!,
        frames,
        rows,
        columns,
        spacing,
        voxels,
        frameNumbers: Array.from({ length: frames }, (_, i) => storedFrames.indexOf(i) + 1),
      },
      quality: {
        ...quality!,
        grade: 'poor',
        criteria: [
          {
            code: 'Q01',
            name: 'signal',
            value: 21.4,
            threshold: 12,
            unit: 'grey levels',
            passed: true,
          },
          { code: 'Q04', name: 'clipping', value: 6.2, threshold: 5, unit: '%', passed: false },
        ],
        advice: 'Move the retina away from the upper edge and repeat the scan.',
      },
      findings: {
        ...findings!,
        tissueMap,
        pathologies: {
          ...Object.fromEntries(Object.keys(findings!.pathologies).map((name) => [name, 0.03])),
          ...Object.fromEntries(truth.pathologies.map((name) => [name, 0.91])),
        } as NonNullable<typeof findings>['pathologies'],
        volumesNl: Object.fromEntries(found.map(({ tissue, nl }) => [tissue, nl])),
        disagreement: {
          depthUm: new Float32Array(frames * columns),
          volumeNl: 31,
          volumesNl: [0.9, 1, 1.1].map((factor) =>
            Object.fromEntries(found.map(({ tissue, nl }) => [tissue, nl * factor])),
          ),
        },
        occlusion: found.map(({ tissue }, index) => ({
          tissue,
          referral: {
            with: probabilities,
            without: index === 0 ? [0.1, 0.2, 0.5, 0.2] : probabilities,
          },
        })),
        models: [0, 1, 2, 3, 4].flatMap((i) => [
          { role: 'segmentation', file: `segmentation-${String(i)}.onnx`, sha256: 'cd'.repeat(32) },
          {
            role: 'classification',
            file: `classification-${String(i)}.onnx`,
            sha256: 'ef'.repeat(32),
          },
        ]),
      },
      decision: {
        kind: 'assessed',
        referral: truth.referral,
        probabilities,
        spread: [0.05, 0.03, 0.02, 0.01],
        costMatrix: 'octriage-referral-costs 1.0.0',
        because: 'Least expected cost.',
      },
    },
  };
}
