import { GlobalFonts } from '@napi-rs/canvas';
import { createRequire } from 'node:module';

import type { ReferralClass } from '../../values/referral-class.js';

/** A4 landscape in points: the page of the PDF, and at `PIXELS_PER_POINT` the picture of the Secondary Capture. */
export const PAGE = { width: 842, height: 595, margin: 34 } as const;
export const PIXELS_PER_POINT = 2;

export const COLOURS = {
  paper: '#ffffff',
  ink: '#14202b',
  quiet: '#5b6b7a',
  rule: '#d5dce3',
  panel: '#f3f6f8',
  bar: '#b8c4cf',
  warning: '#b3261e',
  scan: '#000000',
  line: '#37e0ff',
} as const;

/** Urgency in colours that differ in lightness, too, so that they survive a grey printer. */
export const REFERRAL_COLOURS: Readonly<Record<ReferralClass | 'not-assessed', string>> = {
  urgent: '#b3261e',
  'semi-urgent': '#d9730d',
  routine: '#2c6fbb',
  'observation-only': '#2e8b57',
  'not-assessed': '#5b6b7a',
};

const FONTS = {
  regular: 'DejaVuSansCondensed.ttf',
  bold: 'DejaVuSansCondensed-Bold.ttf',
} as const;

export type Weight = keyof typeof FONTS;

const registered = new Set<Weight>();

/** A CSS font of the page: from a package and not from the system, so that every machine draws the same. */
export function font(size: number, weight: Weight = 'regular'): string {
  const family = `OCTriage page ${weight}`;
  if (!registered.has(weight)) {
    const require = createRequire(import.meta.url);
    GlobalFonts.registerFromPath(require.resolve(`dejavu-fonts-ttf/ttf/${FONTS[weight]}`), family);
    registered.add(weight);
  }
  return `${String(size)}px "${family}"`;
}
