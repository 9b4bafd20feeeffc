import type { DataSet } from '../../dicom/data-set.js';
import type { Findings } from '../../values/findings.js';
import type { TissueName } from '../../values/tissue.js';
import { CONCEPTS, withReferralCodes } from '../coding-scheme.js';
import type { ResultInput } from '../result-input.js';
import { UNITS } from '../standard-codes.js';
import { code, num } from './content-item.js';

/** What the referral would be without a finding; of an assessed scan only, as its probabilities. */
export function occlusionItems(
  { findings, decision }: ResultInput,
  tissue: TissueName,
): readonly DataSet[] {
  const occlusion = findings?.occlusion?.find((candidate) => candidate.tissue === tissue);
  if (occlusion === undefined || decision.kind !== 'assessed') return [];
  return withReferralCodes(occlusion.referral.without).map(([value, probability]) =>
    num('CONTAINS', CONCEPTS.occlusionProbability, probability, UNITS.none, [
      code('HAS CONCEPT MOD', CONCEPTS.referralClass, value),
    ]),
  );
}

/** Between which volumes of a tissue the segmentation networks of an ensemble lie, each asked alone. */
export function volumeRange({ findings }: ResultInput, tissue: TissueName): readonly DataSet[] {
  const members = findings?.disagreement?.volumesNl ?? [];
  if (members.length < 2) return [];
  const mm3 = members.map((volumes) => (volumes[tissue] ?? 0) / 1000);
  return [
    num('CONTAINS', CONCEPTS.leastVolume, Math.min(...mm3), UNITS.cubicMillimetre),
    num('CONTAINS', CONCEPTS.mostVolume, Math.max(...mm3), UNITS.cubicMillimetre),
  ];
}

/** How far the networks agree on the whole scan, and how like the training scans it is. */
export function ensembleItems({ disagreement, likeness }: Findings): readonly DataSet[] {
  const { distance } = likeness;
  return [
    num('CONTAINS', CONCEPTS.disputedShare, likeness.disagreement, UNITS.none),
    ...(disagreement === undefined
      ? []
      : [
          num(
            'CONTAINS',
            CONCEPTS.disputedVolume,
            disagreement.volumeNl / 1000,
            UNITS.cubicMillimetre,
          ),
        ]),
    ...(distance === null
      ? []
      : [num('CONTAINS', CONCEPTS.trainingDistance, distance, UNITS.none)]),
  ];
}
