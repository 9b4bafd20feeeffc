import type { Generated } from 'kysely';

/** What was measured of each reading; it outlives the study. */
export interface ScanFiguresTable {
  acquisition_id: string;
  revision: number;
  sop_instance_uid: string;
  calling_ae_title: string;
  profile: string;
  /** SHA-256 of its manifest. */
  model_set: string;
  read_at: number;
  grade: string | null;
  decision: string;
  /** JSON: what else there is of `ScanFigures`. */
  figures: string;
}

/** What readers said of decisions; append-only. */
export interface ReaderFeedbackTable {
  id: Generated<number>;
  at: number;
  acquisition_id: string;
  revision: number;
  reader: string;
  verdict: string;
  referral: string | null;
  /** JSON. */
  pathologies: string | null;
  reason: string | null;
}

/** From when on a device is compared with what it was. */
export interface DriftReferenceTable {
  calling_ae_title: string;
  profile: string;
  since: number;
}
