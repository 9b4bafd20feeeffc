import { optionalText } from './setting-kinds.js';
import { setting } from './setting.js';

/** Rows of the settings manifest: how probabilities become a decision. */
export const DECISION_SETTINGS = {
  operatingPoint: setting(
    'Inference',
    'OCTRIAGE_OPERATING_POINT',
    optionalText,
    '',
    'Which cost matrix of the model set decides, by name; empty: the one that the set chooses. The bundled set has screening (its choice: under-referral is dear) and balanced (a step too late costs twice a step too early); models/operating-points.md has both rates.',
  ),
} as const;
