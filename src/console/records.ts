import type { Laterality } from '../values/laterality.js';
import type { ScanReading } from '../values/scan-reading.js';

/**
 * What the ledger tells of scans, as far as the console needs it. Structural: the archive fulfils it, and the console
 * does not import the archive.
 */
export interface ScanRecord {
  readonly id: string;
  readonly revision: number;
  readonly studyInstanceUid: string;
  readonly completeBecause: string;
  readonly completeAt: number;
  readonly arrival: {
    readonly instances: number;
    readonly byteLength: number;
    readonly callingAeTitle: string;
    readonly calledAeTitle: string;
    readonly peerAddress: string;
    readonly firstAt: number;
    readonly lastAt: number;
    readonly path: string;
  };
  readonly work: {
    /** UID of the workitem. */
    readonly uid: string;
    readonly state: 'SCHEDULED' | 'IN PROGRESS' | 'COMPLETED' | 'CANCELED';
    readonly held: boolean;
    readonly reason: string | undefined;
    readonly progress: number;
    readonly progressDescription: string | undefined;
    readonly attempts: number;
    readonly startedAt: number | undefined;
    readonly endedAt: number | undefined;
  };
  readonly reading: ScanReading | undefined;
  readonly results: readonly {
    readonly sopInstanceUid: string;
    readonly kind: string;
    readonly path: string;
    readonly byteLength: number;
    readonly createdAt: string;
  }[];
  readonly deliveries: readonly DeliveryRecord[];
}

export interface DeliveryRecord {
  readonly id: number;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly destination: string;
  readonly state: 'pending' | 'sending' | 'delivered' | 'failed' | 'cancelled';
  readonly attempts: number;
  readonly errorClass: string | undefined;
  readonly status: number | undefined;
  readonly comment: string | undefined;
  readonly nextAttemptAt: number;
  readonly commitment: 'none' | 'wanted' | 'asking' | 'asked' | 'committed' | 'failed';
  readonly commitmentReason: string | undefined;
  readonly verification: 'none' | 'wanted' | 'verified' | 'failed';
  readonly verificationReason: string | undefined;
}

export interface EventRecord {
  readonly at: string;
  readonly subjectKind: string;
  readonly what: string;
  readonly reason?: string | undefined;
  readonly detail?: Readonly<Record<string, string | number>> | undefined;
}

export interface ScanFilter {
  readonly decision?: string;
  readonly laterality?: Laterality;
  readonly callingAeTitle?: string;
  readonly before?: number;
}

export interface ScanLedger {
  list(filter: ScanFilter, limit: number): Promise<readonly ScanRecord[]>;
  find(id: string): Promise<ScanRecord | undefined>;
  timeline(id: string): Promise<readonly EventRecord[]>;
  /** Differs where anything changed. */
  stamp(): Promise<string>;
}
