import { mix, type Rgb } from '../../values/tissue-colour.js';

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
