/** A SOP Instance by its class and UID, as in a Referenced SOP Sequence. */
export interface SopReference {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/** The Action Information of a storage commitment request (PS3.4 Table J.3-1). */
export interface CommitmentRequest {
  readonly transactionUid: string;
  readonly instances: readonly SopReference[];
}

/** The Event Information of its report (PS3.4 Table J.3-2): which instances the SCP has taken over, and which not. */
export interface CommitmentReport {
  readonly transactionUid: string;
  readonly committed: readonly SopReference[];
  readonly failed: readonly (SopReference & {
    /** Failure Reason (0008,1197), one of `FAILURE_REASONS` or what another SCP thought of. */
    readonly reason: number;
  })[];
}

/** Failure Reason (0008,1197) of storage commitment: PS3.3 C.14.1.1. */
export const FAILURE_REASONS = {
  processingFailure: 0x0110,
  noSuchObjectInstance: 0x0112,
  classInstanceConflict: 0x0119,
  sopClassNotSupported: 0x0122,
  duplicateTransactionUid: 0x0131,
  resourceLimitation: 0x0213,
} as const;
