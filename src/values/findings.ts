import type { PathologyName } from './referral-class.js';
import type { TissueName } from './tissue.js';

/** Which network file answered. */
export interface ModelIdentity {
  readonly role: 'segmentation' | 'classification';
  readonly file: string;
  readonly sha256: string;
}

/** How like the training scans a scan is, to the networks of one model set. */
export interface Likeness {
  /** How far its brightness, contrast and grain are from those of the training scans, in their own spread; null where the set does not say. */
  readonly distance: number | null;
  /** Share (0 to 1) of the voxels of the retina and its lesions in which a segmentation member contradicts the majority. */
  readonly disagreement: number;
}

/** What the networks of one model set said of one volume. */
export interface Findings {
  /** Tissue class per voxel, on the volume's own grid: frames × rows × columns, C order; see TISSUES. */
  readonly tissueMap: Uint8Array;
  /** Volume in nl (1 nl = 0.001 mm³) of each tissue that is a fluid or a lesion. */
  readonly volumesNl: Readonly<Partial<Record<TissueName, number>>>;
  /** Probabilities of the four referral classes in the order of REFERRAL_CLASSES, one row per prediction. */
  readonly referral: readonly (readonly number[])[];
  /** Mean probability of each pathology. */
  readonly pathologies: Readonly<Record<PathologyName, number>>;
  /** Share (0 to 1) of A-scans in which a retina was found. */
  readonly retinaShare: number;
  readonly likeness: Likeness;
  readonly modelSet: { readonly name: string; readonly version: string; readonly digest: string };
  readonly models: readonly ModelIdentity[];
  /** The ONNX Runtime execution provider that ran, e.g. 'cpu'. */
  readonly executionProvider: string;
}
