import type { DataSet } from '../../dicom/data-set.js';
import { functionalGroups } from '../../dicom/functional-groups.js';
import type { Window } from './parameters.js';

/** A frame as it is shown: red, green, blue and opacity, rows from the top. */
export interface Shades {
  readonly rows: number;
  readonly columns: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * Native pixels of one frame as shades: modality and VOI transformation and the photometric interpretation (PS3.4 N.2).
 *
 * @param frame from 1
 * @param asked the window of the request; else that of the object; else all values from black to white
 * @returns what is not rendered, in words
 */
export function shadesOf(
  header: DataSet,
  frame: number,
  pixels: Uint8Array,
  asked: Window | undefined,
): Shades | string {
  const [rows = 0, columns = 0] = [header.number('Rows'), header.number('Columns')];
  const size = rows * columns;
  const rgba = new Uint8ClampedArray(4 * size).fill(255);
  const photometric = header.text('PhotometricInterpretation') ?? '';
  const bits = header.number('BitsAllocated') ?? 8;
  if (photometric === 'RGB' && bits === 8 && pixels.length >= 3 * size) {
    const planar = header.number('PlanarConfiguration') === 1;
    for (let i = 0; i < size; i++)
      for (let c = 0; c < 3; c++) rgba[4 * i + c] = pixels[planar ? c * size + i : 3 * i + c]!;
    return { rows, columns, rgba };
  }
  if (
    !/^(?:MONOCHROME[12]|PALETTE COLOR)$/.test(photometric) ||
    header.number('SamplesPerPixel') !== 1
  )
    return `${photometric === '' ? 'a frame without pixels' : photometric} is not rendered`;
  const read = readerOf(pixels, bits, header);
  if (read === undefined || pixels.length < Math.floor((size * bits) / 8))
    return `${String(bits)} bits a pixel are not rendered`;
  const groups = functionalGroups(header);
  const rescale = groups.macro('PixelValueTransformationSequence', frame - 1) ?? header;
  const slope = rescale.number('RescaleSlope') ?? 1;
  const intercept = rescale.number('RescaleIntercept') ?? 0;
  const shade = shadeOf(
    asked ?? windowIn(groups.macro('FrameVOILUTSequence', frame - 1) ?? header),
    header,
  );
  const turned = photometric === 'MONOCHROME1' ? 255 : 0;
  // What is the same everywhere is calculated once.
  const known = new Map<number, number>();
  for (let i = 0; i < size; i++) {
    const stored = read(i);
    let grey = known.get(stored);
    if (grey === undefined) {
      grey = Math.abs(turned - Math.round(255 * shade(stored * slope + intercept)));
      known.set(stored, grey);
    }
    rgba[4 * i] = rgba[4 * i + 1] = rgba[4 * i + 2] = grey;
  }
  return { rows, columns, rgba };
}

/** Colours over what is shown, where a pixel has one. */
export function paint(
  { rgba }: Shades,
  colourOf: (pixel: number) => readonly [number, number, number] | undefined,
  share: number,
): void {
  for (let i = 0; i < rgba.length / 4; i++) {
    const colour = colourOf(i);
    if (colour === undefined) continue;
    for (const c of [0, 1, 2] as const)
      rgba[4 * i + c] = rgba[4 * i + c]! + (colour[c] - rgba[4 * i + c]!) * share;
  }
}

function readerOf(
  pixels: Uint8Array,
  bits: number,
  header: DataSet,
): ((pixel: number) => number) | undefined {
  const stored = header.number('BitsStored') ?? bits;
  const shift = (header.number('HighBit') ?? stored - 1) + 1 - stored;
  const signed = header.number('PixelRepresentation') === 1;
  const value = (word: number): number => {
    const bare = (word >>> shift) & ((1 << stored) - 1);
    return signed && bare >= 1 << (stored - 1) ? bare - (1 << stored) : bare;
  };
  if (bits === 1) return (i) => (pixels[i >> 3]! >> (i & 7)) & 1;
  if (bits === 8) return (i) => value(pixels[i]!);
  if (bits === 16) return (i) => value(pixels[2 * i]! | (pixels[2 * i + 1]! << 8));
  return undefined;
}

function windowIn(group: DataSet): Window | undefined {
  const [center, width] = [group.number('WindowCenter'), group.number('WindowWidth')];
  return center === undefined || width === undefined || width < 1
    ? undefined
    : { center, width, shape: 'linear' };
}

/** Value to 0 … 1. Without a window: all that the stored bits can say. */
function shadeOf(window: Window | undefined, header: DataSet): (value: number) => number {
  if (window === undefined) {
    const stored = header.number('BitsStored') ?? 8;
    const least = header.number('PixelRepresentation') === 1 ? -(2 ** (stored - 1)) : 0;
    return (value) => clamp((value - least) / (2 ** stored - 1));
  }
  const { center: c, width: w, shape } = window;
  if (shape === 'sigmoid') return (value) => 1 / (1 + Math.exp((-4 * (value - c)) / w));
  if (shape === 'linear-exact') return (value) => clamp((value - c) / w + 0.5);
  return (value) =>
    w === 1 ? Number(value > c - 0.5) : clamp((value - (c - 0.5)) / (w - 1) + 0.5);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
