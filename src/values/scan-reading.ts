import type { Laterality } from './laterality.js';
import type { QualityReport } from './quality-report.js';
import type { ScanFigures } from './scan-figures.js';

/** What is kept of the reading of one scan beside its results: enough to tell the scans of an eye apart. */
export interface ScanReading {
  readonly acquisitionId: string;
  readonly revision: number;
  /** The first instance of the scan: how a report names it. */
  readonly sopInstanceUid: string;
  /** ISO 8601, UTC: when its last instance came. */
  readonly receivedAt: string;
  /** Absent where no volume could be made; such a scan is compared with no other. */
  readonly laterality?: Laterality | undefined;
  readonly grade?: QualityReport['grade'] | undefined;
  /** Grey levels by which tissue stands above noise (quality criterion Q01). */
  readonly signal?: number | undefined;
  readonly frames?: number | undefined;
  /** The referral class, or the names of the reasons why there is none. */
  readonly decision: string;
  /** Which device profile matched and why, or why none, in words. */
  readonly device: string;
  /** Of a scan that has just been read. */
  readonly figures?: ScanFigures | undefined;
}

/** The scan that stands for its eye among those of a study, and why in words. */
export interface ScanChoice {
  readonly acquisitionId: string;
  readonly because: string;
}

/** Another scan of the same eye in the same study, as a report names it. */
export interface OtherScan {
  readonly sopInstanceUid: string;
  /** Is it the better of the two? */
  readonly better: boolean;
  /** In what it is better or worse. */
  readonly because: string;
}
