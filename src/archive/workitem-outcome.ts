import type { ResultKind } from '../values/result-kinds.js';
import type { ScanReading } from '../values/scan-reading.js';
import { enqueueDelivery } from './delivery-row.js';
import type { LedgerConnection } from './ledger/ledger.js';
import type { ScanRule } from './readings.js';
import type { AdmittedResult } from './results.js';

/** What a worker made of a workitem, and where it goes. */
export interface WorkitemOutcome {
  readonly results: readonly AdmittedResult[];
  readonly destinations: readonly string[];
  /** Is a destination sent results of this kind? Absent: all of them. */
  readonly takes?: (destination: string, kind: ResultKind) => boolean;
  /** Do the results go before others that have waited longer? Those of a workitem with a priority always do. */
  readonly urgent?: boolean;
  /** What was read, and the rule that chooses among the scans of an eye. */
  readonly reading?: { readonly scan: ScanReading; readonly choose: ScanRule };
}

/** Queues each result for each destination that takes it, in the order of the results, within `tx`. */
export async function queueResults(
  tx: LedgerConnection,
  at: number,
  { results, destinations, takes }: WorkitemOutcome,
  about: {
    readonly studyInstanceUid: string;
    readonly revision: number;
    readonly urgent: boolean;
  },
): Promise<void> {
  for (const destination of destinations) {
    for (const { kind, sopInstanceUid, digest } of results) {
      if (takes?.(destination, kind) === false) continue;
      await enqueueDelivery(tx, at, { sopInstanceUid, digest, destination, ...about });
    }
  }
}
