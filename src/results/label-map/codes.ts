import { TISSUES, type TissueName } from '../../values/tissue.js';
import type { Tracked } from '../identity.js';
import type { ResultKind } from '../../values/result-kinds.js';

/** A pixel of a label map that belongs to no class: the networks give every voxel one, but need not differ in it. */
export const BACKGROUND = 0;

/** A class has the same number in every label map, whichever of them are there: its place in TISSUES, from 1. */
export function segmentNumberOf(label: number): number {
  return label + 1;
}

export function tissueOfSegment(number: number): TissueName | undefined {
  return TISSUES[number - 1]?.name;
}

interface LabelMapTexts {
  readonly label: string;
  readonly description: string;
  /** What a pixel of the background says. */
  readonly background: string;
  /** What is tracked, and what the segment is called. */
  readonly subject: (tissue: TissueName | 'background') => Tracked;
  readonly called: (meaning: string) => string;
}

/** What each kind of label map says of itself. */
export const LABEL_MAPS = {
  'label-map': {
    label: 'OCT_LABELS',
    description: 'Tissues of the retina',
    background: 'Background',
    subject: (tissue) => tissue,
    called: (meaning) => meaning,
  },
  // Not the finding that the report measures: tracked as something else.
  'alternative-label-map': {
    label: 'OCT_ALTERNATIVES',
    description: 'What most of those networks see that differ',
    background: 'No network differs',
    subject: (tissue) => `alternative ${tissue}`,
    called: (meaning) => `${meaning} (alternative)`,
  },
} as const satisfies Partial<Record<ResultKind, LabelMapTexts>>;

export type LabelMapKind = keyof typeof LABEL_MAPS;
