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
  /** CS: at most 16 characters. */
  readonly label: string;
  readonly description: string;
  /** What a pixel of the background says. */
  readonly background: string;
  /** What is tracked, and what the segment is called. */
  readonly subject: (tissue: TissueName | 'background') => Tracked;
  readonly called: (meaning: string) => string;
}

/** What each kind of label map says of itself; `network`: whose it is, counted from 1. */
export const LABEL_MAPS = {
  'label-map': () => ({
    label: 'OCT_LABELS',
    description: 'Tissues of the retina',
    background: 'Background',
    subject: (tissue) => tissue,
    called: (meaning) => meaning,
  }),
  // Not the finding that the report measures: tracked as something else.
  'alternative-label-map': () => ({
    label: 'OCT_ALTERNATIVES',
    description: 'What most of those networks see that differ',
    background: 'No network differs',
    subject: (tissue) => `alternative ${tissue}`,
    called: (meaning) => `${meaning} (alternative)`,
  }),
  'network-label-map': (network) => ({
    label: `OCT_NETWORK_${network}`,
    description: `Tissues as network ${network} sees them`,
    background: 'Background',
    subject: (tissue) => `network ${network} ${tissue}`,
    called: (meaning) => `${meaning} (network ${network})`,
  }),
} as const satisfies Partial<Record<ResultKind, (network: number) => LabelMapTexts>>;

export type LabelMapKind = keyof typeof LABEL_MAPS;

/** One label map of a reading. */
export interface LabelMap {
  readonly kind: LabelMapKind;
  /** Its place among those of its kind, from 1: of a network's that of the network among those that segmented the scan. */
  readonly number: number;
}
