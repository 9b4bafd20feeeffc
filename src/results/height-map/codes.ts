import type { Code } from '../../dicom/code.js';
import { TISSUE_CIELAB, type CieLab } from '../../values/tissue-colour.js';
import type { TissueName } from '../../values/tissue.js';
import { DCM, SCT } from '../standard-codes.js';

/** A surface of the retina that a tissue map shows (PS3.16 CID 4273). */
interface Surface {
  readonly name: string;
  readonly type: Code;
  readonly label: string;
  /** The surface is the upper edge of the first voxel, from the vitreous down, of one of these. */
  readonly firstOf: readonly TissueName[];
  /** Recommended Display CIELab Value (PS3.3 C.10.7.1.1). */
  readonly cieLab: CieLab;
}

export const SURFACES = [
  {
    name: 'inner-limiting-membrane',
    type: SCT.innerLimitingMembrane,
    label: 'Internal limiting membrane',
    firstOf: ['neurosensory-retina', 'intraretinal-fluid'],
    cieLab: TISSUE_CIELAB['neurosensory-retina'],
  },
  // The front of the pigment epithelium, 128297: 128298 is its centre and 128299 its back.
  {
    name: 'anterior-rpe',
    type: DCM.anteriorRpe,
    label: 'Retinal pigment epithelium, anterior surface',
    firstOf: ['retinal-pigment-epithelium'],
    cieLab: TISSUE_CIELAB['retinal-pigment-epithelium'],
  },
  {
    name: 'outer-bruch',
    type: DCM.outerBruch,
    label: 'Bruch membrane, outer surface',
    firstOf: ['choroid'],
    cieLab: TISSUE_CIELAB.choroid,
  },
] as const satisfies readonly Surface[];

export type SurfaceName = (typeof SURFACES)[number]['name'];
