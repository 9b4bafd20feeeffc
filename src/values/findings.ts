import type { PathologyName, ReferralClass } from './referral-class.js';
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

/** A member of the ensemble that had no part in the answer, and why: in our own words, without anything of the scan. */
export interface DroppedMember extends ModelIdentity {
  readonly reason: string;
}

/** What the members of the ensemble do not agree on. */
export interface Disagreement {
  /** µm of depth, A-scan by A-scan (frames × columns, C order), that not all members label alike. */
  readonly depthUm: Float32Array;
  /** The same as a volume in nl. */
  readonly volumeNl: number;
  /** Volumes as each segmentation network alone has them, in the order of `models`. */
  readonly volumesNl: readonly Readonly<Partial<Record<TissueName, number>>>[];
}

/** What the answer would have been without a tissue: all of its voxels taken for neurosensory retina. */
export interface Occlusion {
  readonly tissue: TissueName;
  /** Mean referral probabilities from the majority's tissue map, as it is and without the tissue. */
  readonly referral: { readonly with: readonly number[]; readonly without: readonly number[] };
}

/** Where on the retina the referral networks saw what speaks for each class: class-activation maps, computed in their graphs. */
export interface ActivationMaps {
  /** Cells along the B-scans' order and along a B-scan; they cover the en-face grid, whose middle is the scan's. */
  readonly rows: number;
  readonly columns: number;
  /** mm between cells. */
  readonly spacing: { readonly frame: number; readonly lateral: number };
  /** Share of the logit (no unit; above 0 speaks for the class), rows × columns in C order: the mean over all predictions. */
  readonly classes: Readonly<Record<ReferralClass | PathologyName, Float32Array>>;
}

/** Which voxels the segmentation networks of an ensemble do not agree on. */
export interface Dissent {
  readonly members: number;
  /** On the grid of the tissue map: how many members say another class than the tissue map. */
  readonly dissenters: Uint8Array;
  /** On the same grid: the class that most of these give; where nobody dissents, that of the tissue map. */
  readonly alternatives: Uint8Array;
}

/** What the networks of one model set said of one volume. */
export interface Findings {
  /** Tissue class per voxel, on the volume's own grid: frames × rows × columns, C order; see TISSUES. */
  readonly tissueMap: Uint8Array;
  /** Where the networks of an ensemble differ; only where it was asked for and there are several. */
  readonly dissent?: Dissent;
  /** On the grid of the tissue map: that of each segmentation network alone, in the order of `models`. Only where asked for, and of several. */
  readonly memberMaps?: readonly Uint8Array[];
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
  /** Members that were dropped: where there are any, the result is degraded and says so. */
  readonly dropped?: readonly DroppedMember[];
  /** Absent where a single member segmented. */
  readonly disagreement?: Disagreement;
  /** One for each fluid and lesion that was found. */
  readonly occlusion?: readonly Occlusion[];
  /** Absent where the classification networks give none. */
  readonly activation?: ActivationMaps;
  /** The ONNX Runtime execution provider that ran, e.g. 'cpu'. */
  readonly executionProvider: string;
}
