import type { TissueName } from '../../values/tissue.js';
import { TISSUE_CODES } from '../tissue-codes.js';

export type Rgb = readonly [red: number, green: number, blue: number];

/** The colour that a tissue's segment recommends to viewers, so that page and viewer show the same. */
export function tissueColour(tissue: TissueName): Rgb {
  return fromCieLab(TISSUE_CODES[tissue].cieLab);
}

export function css([red, green, blue]: Rgb): string {
  return `rgb(${String(red)}, ${String(green)}, ${String(blue)})`;
}

/** sRGB of a Recommended Display CIELab Value (PS3.3 C.10.7.1.1: D50, 16 bits a component). */
export function fromCieLab([l16, a16, b16]: readonly [number, number, number]): Rgb {
  const l = (l16 / 65535) * 100;
  const a = (a16 / 65535) * 255 - 128;
  const b = (b16 / 65535) * 255 - 128;
  const fy = (l + 16) / 116;
  const inverse = (t: number): number => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  const x = 0.9642 * inverse(fy + a / 500);
  const y = inverse(fy);
  const z = 0.8249 * inverse(fy - b / 200);
  // XYZ of D50 to linear sRGB, adapted to D65 (Bradford).
  return [
    gamma(3.1339 * x - 1.6169 * y - 0.4906 * z),
    gamma(-0.9788 * x + 1.9161 * y + 0.0335 * z),
    gamma(0.0719 * x - 0.229 * y + 1.4052 * z),
  ];
}

function gamma(linear: number): number {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, value)));
}

/** Retinal thickness in µm as colours, as devices show it: blue is thin, red is thick, white swollen. */
export const THICKNESS_SCALE: readonly (readonly [um: number, colour: Rgb])[] = [
  [100, [12, 10, 60]],
  [200, [32, 74, 190]],
  [260, [26, 150, 170]],
  [310, [74, 178, 92]],
  [350, [236, 206, 64]],
  [410, [226, 112, 40]],
  [480, [178, 28, 34]],
  [600, [255, 244, 240]],
];

export function thicknessColour(um: number): Rgb {
  const first = THICKNESS_SCALE[0]!;
  const last = THICKNESS_SCALE.at(-1)!;
  if (!(um > first[0])) return first[1];
  const above = THICKNESS_SCALE.findIndex(([limit]) => limit >= um);
  if (above === -1) return last[1];
  const [high, highColour] = THICKNESS_SCALE[above]!;
  const [low, lowColour] = THICKNESS_SCALE[above - 1]!;
  return mix(lowColour, highColour, (um - low) / (high - low));
}

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const at = (i: 0 | 1 | 2): number => Math.round(a[i] + (b[i] - a[i]) * share);
  return [at(0), at(1), at(2)];
}
