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

/** A scan's pixels and tissues, decoded; frames from inferior to superior. */
export interface ScanImages {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  readonly spacing: { readonly frame: number; readonly axial: number; readonly lateral: number };
  readonly laterality: Laterality;
  readonly coverage: TissueCoverage;
  /** Indices of TISSUES of which the scan has a voxel. */
  readonly tissues: readonly number[];
  /** Which of its B-scans (from 0) a stored frame (from 1) is. */
  bScanOf(sopInstanceUid: string, frame: number): number | undefined;
  /** Rows × columns, 8 bit. */
  bScan(frame: number): Uint8Array;
  /** Rows × columns, indices of TISSUES. */
  tissueMap(frame: number): Uint8Array;
  /** Thickness of the retina at each column in µm, as the report measures it; NaN where unknown or not shown. */
  retinaUm(frame: number): Float32Array;
}

/** How the console reads stored files; `console-joint.ts` makes it of volume/, results/ and dicom/. */
export interface StoredFiles {
  /** Undefined where the file cannot be read. */
  header(path: string): Promise<ScanHeader | undefined>;
  report(path: string): Promise<ReportSummary | undefined>;
  /** Undefined where no volume can be made of the scan. */
  images(id: string): Promise<ScanImages | undefined>;
}
