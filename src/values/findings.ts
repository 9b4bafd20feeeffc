import type { PathologyName } from './referral-class.js';
import type { TissueName } from './tissue.js';

/** Which network file answered. */
export interface ModelIdentity {
  readonly role: 'segmentation' | 'classification';
  readonly file: string;
  readonly sha256: string;
}

/** Which voxels the segmentation networks of an ensemble do not agree on. */
export interface Dissent {
  readonly members: number;
  /** On the grid of the tissue map: how many members say another class than the tissue map. */
  readonly dissenters: Uint8Array;
}

/** What the networks of one model set said of one volume. */
export interface Findings {
  /** Tissue class per voxel, on the volume's own grid: frames × rows × columns, C order; see TISSUES. */
  readonly tissueMap: Uint8Array;
  /** Where the networks of an ensemble differ; only where it was asked for and there are several. */
  readonly dissent?: Dissent;
  /** Volume in nl (1 nl = 0.001 mm³) of each tissue that is a fluid or a lesion. */
  readonly volumesNl: Readonly<Partial<Record<TissueName, number>>>;
  /** Probabilities of the four referral classes in the order of REFERRAL_CLASSES, one row per prediction. */
  readonly referral: readonly (readonly number[])[];
  /** Mean probability of each pathology. */
  readonly pathologies: Readonly<Record<PathologyName, number>>;
  /** Share (0 to 1) of A-scans in which a retina was found. */
  readonly retinaShare: number;
  readonly modelSet: { readonly name: string; readonly version: string; readonly digest: string };
  readonly models: readonly ModelIdentity[];
  /** The ONNX Runtime execution provider that ran, e.g. 'cpu'. */
  readonly executionProvider: string;
}
