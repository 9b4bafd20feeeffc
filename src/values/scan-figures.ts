/**
 * What was measured of one scan on its way to the decision: figures and codes alone, nothing of the patient. Kept for
 * each reading, so that a device can be watched over many scans and a reader's verdict stands beside what was seen.
 */
export interface ScanFigures {
  /** Id of the device profile; 'none' where none matched. */
  readonly profile: string;
  /** SHA-256 of the manifest of the model set that was there to read it. */
  readonly modelSet: string;
  /** Codes of the quality criteria that were not met. */
  readonly failedCriteria: readonly string[];
  /** nl on which the segmentation members differ; absent with a single member. */
  readonly disagreementNl?: number;
  /**
   * By name: quality criteria by their codes, `pedestal` and `bright` (grey levels that the networks see as 0 and 1), the
   * statistics of what the networks were shown, `distance` and `disagreement`. What was not measured is absent.
   */
  readonly measures: Readonly<Record<string, number>>;
}

/** The figures of a scan with what the ledger knows of it. */
export interface ReadScan extends ScanFigures {
  readonly acquisitionId: string;
  readonly revision: number;
  /** The first instance of the scan. */
  readonly sopInstanceUid: string;
  /** Who sent it: the device as the site knows it. */
  readonly callingAeTitle: string;
  /** Milliseconds since 1970. */
  readonly readAt: number;
  /** Of its quality; `undefined` where no volume could be made. */
  readonly grade: string | undefined;
  /** The referral class, or the names of the reasons why there is none. */
  readonly decision: string;
}
