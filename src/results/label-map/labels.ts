import type { Findings } from '../../values/findings.js';
import { TISSUES, tissueIndex, type TissueName } from '../../values/tissue.js';
import type { Tracked } from '../identity.js';
import type { ResultInput } from '../result-input.js';
import { ALL_TISSUES, segmentsOf } from '../segments.js';
import { BACKGROUND_CODES, TISSUE_CODES, type TissueCodes } from '../tissue-codes.js';
import { BACKGROUND, LABEL_MAPS, segmentNumberOf, type LabelMapKind } from './codes.js';

/** An item of a label map's Segment Sequence. */
export interface LabelSegment {
  readonly number: number;
  readonly subject: Tracked;
  readonly label: string;
  readonly codes: TissueCodes;
}

/** The background, and each class that is somewhere in the label map, in the order of TISSUES. */
export function labelSegments(input: ResultInput, kind: LabelMapKind): readonly LabelSegment[] {
  const { background, subject, called } = LABEL_MAPS[kind];
  return [
    {
      number: BACKGROUND,
      subject: subject('background'),
      label: background,
      codes: BACKGROUND_CODES,
    },
    ...tissuesIn(input, kind).map((tissue) => {
      const label = tissueIndex(tissue);
      return {
        number: segmentNumberOf(label),
        subject: subject(tissue),
        label: called(TISSUES[label]!.meaning),
        codes: TISSUE_CODES[tissue],
      };
    }),
  ];
}

function tissuesIn(input: ResultInput, kind: LabelMapKind): readonly TissueName[] {
  if (kind === 'label-map') return segmentsOf(input, ALL_TISSUES).map(({ tissue }) => tissue);
  const { volume, findings } = input;
  if (volume === undefined || findings === undefined) return [];
  const size = volume.rows * volume.columns;
  const present = new Uint8Array(TISSUES.length + 1);
  for (let frame = 0; frame < volume.frames; frame++) {
    for (const number of segmentNumbers(findings, kind, frame * size, size)) present[number] = 1;
  }
  return ALL_TISSUES.filter((_, label) => present[segmentNumberOf(label)] === 1);
}

/**
 * The pixels of a label map for `size` voxels of the volume from `from` on. Of alternatives only where a network differs:
 * elsewhere they would repeat the tissue map, and viewers would paint the whole scan.
 */
export function segmentNumbers(
  { tissueMap, dissent }: Findings,
  kind: LabelMapKind,
  from: number,
  size: number,
): Uint8Array {
  const numbers = new Uint8Array(size);
  if (kind === 'label-map') {
    for (let i = 0; i < size; i++) numbers[i] = segmentNumberOf(tissueMap[from + i]!);
  } else if (dissent !== undefined) {
    const { dissenters, alternatives } = dissent;
    for (let i = 0; i < size; i++) {
      if (dissenters[from + i]! > 0) numbers[i] = segmentNumberOf(alternatives[from + i]!);
    }
  }
  return numbers;
}
