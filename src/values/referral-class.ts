/** The four referral classes of De Fauw et al. 2018, most urgent first: the order of every probability vector. */
export const REFERRAL_CLASSES = ['urgent', 'semi-urgent', 'routine', 'observation-only'] as const;
export type ReferralClass = (typeof REFERRAL_CLASSES)[number];

/** The codes of our scheme 99OCTRIAGE; no coding system has them. R0 stands for the absence of a suggestion. */
export const REFERRAL_CODE_VALUES = {
  urgent: ['R1', 'Urgent referral'],
  'semi-urgent': ['R2', 'Semi-urgent referral'],
  routine: ['R3', 'Routine referral'],
  'observation-only': ['R4', 'Observation only'],
  'not-assessed': ['R0', 'Not assessed'],
} as const satisfies Record<
  ReferralClass | 'not-assessed',
  readonly [code: string, meaning: string]
>;

/** The ten findings of the classification network, in the order of its output. */
export const PATHOLOGIES = [
  { name: 'normal', meaning: 'Normal' },
  { name: 'cnv', meaning: 'Choroidal neovascularisation' },
  { name: 'macular-oedema', meaning: 'Macular retinal oedema' },
  { name: 'full-thickness-macular-hole', meaning: 'Full-thickness macular hole' },
  { name: 'partial-thickness-macular-hole', meaning: 'Partial-thickness macular hole' },
  { name: 'central-serous-retinopathy', meaning: 'Central serous retinopathy' },
  { name: 'vitreomacular-traction', meaning: 'Vitreomacular traction' },
  { name: 'geographic-atrophy', meaning: 'Geographic atrophy' },
  { name: 'drusen', meaning: 'Drusen' },
  { name: 'epiretinal-membrane', meaning: 'Epiretinal membrane' },
] as const;
export type PathologyName = (typeof PATHOLOGIES)[number]['name'];
