import type { Findings } from '../../values/findings.js';
import { TISSUES, tissueIndex, type TissueName } from '../../values/tissue.js';
import type { Tracked } from '../identity.js';
import type { ResultInput } from '../result-input.js';
import { ALL_TISSUES, segmentsOf } from '../segments.js';
import { BACKGROUND_CODES, TISSUE_CODES, type TissueCodes } from '../tissue-codes.js';
import { BACKGROUND, LABEL_MAPS, segmentNumberOf } from './codes.js';
import type { LabelMap, LabelMapKind } from './codes.js';

/** An item of a label map's Segment Sequence. */
export interface LabelSegment {
  readonly number: number;
  readonly subject: Tracked;
  readonly label: string;
  readonly codes: TissueCodes;
}

/** The label maps of a kind that this reading has something for. */
export function labelMapsOf(
  { volume, findings }: ResultInput,
  kind: LabelMapKind,
): readonly LabelMap[] {
  if (volume === undefined || findings === undefined) return [];
  const { dissent, memberMaps = [] } = findings;
  if (kind === 'network-label-map') return memberMaps.map((_, i) => ({ kind, number: i + 1 }));
  return kind === 'alternative-label-map' && dissent === undefined ? [] : [{ kind, number: 1 }];
}

/** The background, and each class that is somewhere in the label map, in the order of TISSUES. */
export function labelSegments(input: ResultInput, map: LabelMap): readonly LabelSegment[] {
  const { background, subject, called } = LABEL_MAPS[map.kind](map.number);
  return [
    {
      number: BACKGROUND,
      subject: subject('background'),
      label: background,
      codes: BACKGROUND_CODES,
    },
    ...tissuesIn(input, map).map((tissue) => {
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

function tissuesIn(input: ResultInput, map: LabelMap): readonly TissueName[] {
  if (map.kind === 'label-map') return segmentsOf(input, ALL_TISSUES).map(({ tissue }) => tissue);
  const { volume, findings } = input;
  if (volume === undefined || findings === undefined) return [];
  const size = volume.rows * volume.columns;
  const present = new Uint8Array(TISSUES.length + 1);
  for (let frame = 0; frame < volume.frames; frame++) {
    for (const number of segmentNumbers(findings, map, frame * size, size)) present[number] = 1;
  }
  return ALL_TISSUES.filter((_, label) => present[segmentNumberOf(label)] === 1);
}

/**
 * The pixels of a label map for `size` voxels of the volume from `from` on. Of alternatives only where a network differs:
 * elsewhere they would repeat the tissue map, and viewers would paint the whole scan.
 */
export function segmentNumbers(
  { tissueMap, dissent, memberMaps = [] }: Findings,
  { kind, number }: LabelMap,
  from: number,
  size: number,
): Uint8Array {
  const numbers = new Uint8Array(size);
  if (kind !== 'alternative-label-map') {
    const whole = kind === 'label-map' ? tissueMap : memberMaps[number - 1]!;
    for (let i = 0; i < size; i++) numbers[i] = segmentNumberOf(whole[from + i]!);
  } else if (dissent !== undefined) {
    const { dissenters, alternatives } = dissent;
    for (let i = 0; i < size; i++) {
      if (dissenters[from + i]! > 0) numbers[i] = segmentNumberOf(alternatives[from + i]!);
    }
  }
  return numbers;
}
