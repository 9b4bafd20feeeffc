import { mix, type Rgb } from '../../values/tissue-colour.js';
import { TISSUES } from '../../values/tissue.js';
import type { OverlayName, VolumeInfo } from '../model.js';
import { COLOUR_OF } from './colours.js';

/** What a value of an overlay stands for. */
export interface Mark {
  readonly value: number;
  readonly label: string;
  readonly colour: Rgb;
}

/** Of the vitreous where other networks see it: its own colour is not told from the black of a B-scan. */
const PALE: Rgb = [176, 190, 200];
/** One hue for few to many networks. */
const FEW: Rgb = [122, 16, 92];
const MANY: Rgb = [255, 150, 226];

interface OverlayKind {
  readonly name: OverlayName;
  readonly title: string;
  /** What its marks are. */
  readonly legend: string;
  /** Undefined where no stored object says it. */
  readonly marks: (info: VolumeInfo) => readonly Mark[] | undefined;
}

/** What may lie over a B-scan, in the order in which it is offered. */
export const OVERLAYS: readonly OverlayKind[] = [
  {
    name: 'tissues',
    title: 'Majority',
    legend: 'Tissues',
    marks: ({ tissues }) =>
      tissues.flatMap((index) => {
        const colour = COLOUR_OF[index];
        return colour ? [{ value: index, label: TISSUES[index]!.meaning, colour }] : [];
      }),
  },
  {
    name: 'alternatives',
    title: 'Alternative where networks differ',
    legend: 'What most of the networks see that differ',
    marks: ({ alternatives }) =>
      alternatives?.map((index) => ({
        value: index + 1,
        label: TISSUES[index]!.meaning,
        colour: COLOUR_OF[index] ?? PALE,
      })),
  },
  {
    name: 'dissenters',
    title: 'Disagreement',
    legend: 'Networks that see another class than the majority',
    marks: ({ members }) =>
      members === undefined
        ? undefined
        : Array.from({ length: members - 1 }, (_, index) => ({
            value: index + 1,
            label: `${index + 1} of ${members}`,
            colour: mix(FEW, MANY, members === 2 ? 1 : index / (members - 2)),
          })),
  },
];

export function overlayOf(wanted: OverlayName): OverlayKind {
  return OVERLAYS.find(({ name }) => name === wanted)!;
}

/** The colour of each value as a pixel of ImageData in one number (ABGR on every machine that runs a browser today). */
export function paletteOf(marks: readonly Mark[], hidden: ReadonlySet<string>): Uint32Array {
  const palette = new Uint32Array(256);
  for (const { value, label, colour } of marks) {
    if (hidden.has(label)) continue;
    palette[value] = ((255 << 24) | (colour[2] << 16) | (colour[1] << 8) | colour[0]) >>> 0;
  }
  return palette;
}
