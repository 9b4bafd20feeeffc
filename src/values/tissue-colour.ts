import type { TissueName } from './tissue.js';

export type Rgb = readonly [red: number, green: number, blue: number];

/** A Recommended Display CIELab Value (PS3.3 C.10.7.1.1: D50, 16 bits a component). */
export type CieLab = readonly [l: number, a: number, b: number];

/**
 * The one palette of the tissues: our segments recommend it to viewers, and our pages, pictures and the console show the
 * same. Whoever changes it changes the bytes of every segmentation.
 */
export const TISSUE_CIELAB: Readonly<Record<TissueName, CieLab>> = {
  vitreous: [17756, 32897, 32895],
  'posterior-hyaloid': [65535, 32897, 32893],
  'epiretinal-membrane': [43828, 44059, 51365],
  'neurosensory-retina': [45761, 29808, 23959],
  'intraretinal-fluid': [30821, 51126, 41530],
  'subretinal-fluid': [29482, 43882, 10586],
  'subretinal-hyperreflective-material': [40007, 42800, 30170],
  'retinal-pigment-epithelium': [58401, 29471, 52288],
  'drusenoid-ped': [37842, 21141, 36174],
  'serous-ped': [47976, 22606, 29870],
  'fibrovascular-ped': [25938, 52514, 14809],
  choroid: [24554, 39693, 43429],
  'mirror-artefact': [31976, 29723, 46802],
  'clipping-artefact': [25062, 32897, 32895],
  'blink-artefact': [7382, 32896, 32895],
};

export function tissueColour(tissue: TissueName): Rgb {
  return fromCieLab(TISSUE_CIELAB[tissue]);
}

export function css([red, green, blue]: Rgb): string {
  return `rgb(${String(red)}, ${String(green)}, ${String(blue)})`;
}

/** sRGB of a Recommended Display CIELab Value (PS3.3 C.10.7.1.1: D50, 16 bits a component). */
export function fromCieLab([l16, a16, b16]: CieLab): Rgb {
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

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const at = (i: 0 | 1 | 2): number => Math.round(a[i] + (b[i] - a[i]) * share);
  return [at(0), at(1), at(2)];
}
