/**
 * The 15 tissue and artefact classes of De Fauw et al. 2018, in the order in which the networks number them.
 * A voxel of a tissue map holds the index of its class in this table.
 */
export const TISSUES = [
  { name: 'vitreous', meaning: 'Vitreous and subhyaloid', kind: 'background' },
  { name: 'posterior-hyaloid', meaning: 'Posterior hyaloid', kind: 'structure' },
  { name: 'epiretinal-membrane', meaning: 'Epiretinal membrane', kind: 'lesion' },
  { name: 'neurosensory-retina', meaning: 'Neurosensory retina', kind: 'structure' },
  { name: 'intraretinal-fluid', meaning: 'Intraretinal fluid', kind: 'fluid' },
  { name: 'subretinal-fluid', meaning: 'Subretinal fluid', kind: 'fluid' },
  {
    name: 'subretinal-hyperreflective-material',
    meaning: 'Subretinal hyperreflective material',
    kind: 'lesion',
  },
  { name: 'retinal-pigment-epithelium', meaning: 'Retinal pigment epithelium', kind: 'structure' },
  {
    name: 'drusenoid-ped',
    meaning: 'Drusenoid pigment epithelial detachment',
    kind: 'lesion',
  },
  { name: 'serous-ped', meaning: 'Serous pigment epithelial detachment', kind: 'fluid' },
  {
    name: 'fibrovascular-ped',
    meaning: 'Fibrovascular pigment epithelial detachment',
    kind: 'lesion',
  },
  { name: 'choroid', meaning: 'Choroid and outer layers', kind: 'structure' },
  { name: 'mirror-artefact', meaning: 'Mirror artefact', kind: 'artefact' },
  { name: 'clipping-artefact', meaning: 'Clipping artefact', kind: 'artefact' },
  { name: 'blink-artefact', meaning: 'Blink artefact', kind: 'artefact' },
] as const;

export type TissueName = (typeof TISSUES)[number]['name'];
export type TissueKind = (typeof TISSUES)[number]['kind'];

/** The voxel value of a tissue, 0 to 14. */
export function tissueIndex(name: TissueName): number {
  return TISSUES.findIndex((tissue) => tissue.name === name);
}
