import { TISSUES, type TissueName } from '../../values/tissue.js';

type Rgb = readonly [red: number, green: number, blue: number];

/** Fluids are cold, lesions warm, structures pale; the vitreous is not coloured. */
const TISSUE_COLOURS: Readonly<Partial<Record<TissueName, Rgb>>> = {
  'posterior-hyaloid': [190, 175, 255],
  'epiretinal-membrane': [255, 127, 14],
  'neurosensory-retina': [98, 140, 182],
  'intraretinal-fluid': [64, 196, 255],
  'subretinal-fluid': [30, 90, 255],
  'subretinal-hyperreflective-material': [255, 214, 64],
  'retinal-pigment-epithelium': [222, 222, 140],
  'drusenoid-ped': [196, 120, 60],
  'serous-ped': [60, 220, 170],
  'fibrovascular-ped': [235, 70, 90],
  choroid: [110, 100, 92],
  'mirror-artefact': [255, 0, 255],
  'clipping-artefact': [255, 255, 255],
  'blink-artefact': [150, 150, 150],
};

/** By index of TISSUES; undefined is not drawn. */
export const COLOUR_OF: readonly (Rgb | undefined)[] = TISSUES.map(
  ({ name }) => TISSUE_COLOURS[name],
);

export function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

/** From dark blue to yellow by equal steps of lightness (after viridis), so that it is read without colour too. */
const STOPS: readonly Rgb[] = [
  [68, 1, 84],
  [65, 68, 135],
  [42, 120, 142],
  [34, 168, 132],
  [122, 209, 81],
  [253, 231, 37],
];

/** @param share 0 to 1 */
export function scale(share: number): Rgb {
  const at = Math.min(0.9999, Math.max(0, share)) * (STOPS.length - 1);
  const low = STOPS[Math.floor(at)]!;
  const high = STOPS[Math.floor(at) + 1]!;
  const mix = (from: number, to: number) => Math.round(from + (to - from) * (at % 1));
  return [mix(low[0], high[0]), mix(low[1], high[1]), mix(low[2], high[2])];
}

export const SCALE_CSS = `linear-gradient(to right, ${STOPS.map(css).join(', ')})`;
