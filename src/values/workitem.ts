import type { Acquisition } from './acquisition.js';
import type { ScanReading } from './scan-reading.js';
import type { ResultKind } from './result-kinds.js';
import type { ResultReference } from './result-objects.js';

/** One attempt at a workitem: the Transaction UID locks it (PS3.4 CC.1.1) and fences off older attempts. */
export interface WorkitemClaim {
  readonly workitemUid: string;
  readonly transactionUid: string;
}

/** What is to be made of a scan beside the decision. */
export interface ReadingOrder {
  /** Kinds of results that a destination takes. */
  readonly kinds: readonly ResultKind[];
  /** The documents that the reports of this reading follow. */
  readonly predecessors: readonly ResultReference[];
}

/** What a worker gets: the scan to read, and the lock under which it may answer. */
export interface ClaimedWorkitem extends WorkitemClaim {
  readonly acquisition: Acquisition;
  /** The scans of the same study that have been read already. */
  readonly otherScans: readonly ScanReading[];
  /** Absent: what is always made, following nothing. */
  readonly order?: ReadingOrder;
  /** Counts from 1. */
  readonly attempt: number;
  /** Times that an earlier attempt ended without a word (crash, lost lease). */
  readonly interrupted: number;
}
