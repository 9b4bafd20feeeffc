import type { Laterality } from '../values/laterality.js';
import type { Patient, ReportSummary, TissueCoverage } from './model.js';

/** What the header of a scan says that the ledger does not keep, since the ledger holds no patient. */
export interface ScanHeader {
  readonly patient: Patient;
  readonly manufacturer: string;
  readonly model: string;
  readonly laterality: Laterality | undefined;
  readonly acquiredAt: string | undefined;
  readonly seriesDescription: string | undefined;
}

/** What a stored result says of each voxel. */
export interface Overlay {
  /** Indices of TISSUES that are somewhere in it. */
  readonly labels: readonly number[];
  /** Rows × columns of a B-scan; an array of the caller's own. */
  map(frame: number): Uint8Array;
}

/** A scan's pixels and tissues, decoded; frames from inferior to superior. */
export interface ScanImages {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  readonly spacing: { readonly frame: number; readonly axial: number; readonly lateral: number };
  readonly laterality: Laterality;
  /** The columns of the stored frames run the other way. */
  readonly mirrored: boolean;
  readonly coverage: TissueCoverage;
  /** Indices of TISSUES of which the scan has a voxel. */
  readonly tissues: readonly number[];
  /** What most of the networks see that differ: one more than the index of TISSUES, 0 where none differs. */
  readonly alternatives?: Overlay;
  /** How many networks differ, of how many. */
  readonly dissenters?: Pick<Overlay, 'map'> & { readonly members: number };
  /** Which of its B-scans (from 0) a stored frame (from 1) is. */
  bScanOf(sopInstanceUid: string, frame: number): number | undefined;
  /** Rows × columns, 8 bit. */
  bScan(frame: number): Uint8Array;
  /** Rows × columns, indices of TISSUES. */
  tissueMap(frame: number): Uint8Array;
  /** Thickness of the retina at each column of a tissue map in µm, as the report measures it; NaN where unknown. */
  retinaUm(tissueMap: Uint8Array): Float32Array;
}

/** How the console reads stored files; `joints/console-files.ts` makes it of volume/, results/ and dicom/. */
export interface StoredFiles {
  /** Undefined where the file cannot be read. */
  header(path: string): Promise<ScanHeader | undefined>;
  report(path: string): Promise<ReportSummary | undefined>;
  /** Undefined where no volume can be made of the scan. */
  images(id: string): Promise<ScanImages | undefined>;
}
