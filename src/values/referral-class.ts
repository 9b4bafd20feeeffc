/** The four referral classes of De Fauw et al. 2018, most urgent first: the order of every probability vector. */
export const REFERRAL_CLASSES = ['urgent', 'semi-urgent', 'routine', 'observation-only'] as const;
export type ReferralClass = (typeof REFERRAL_CLASSES)[number];

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
