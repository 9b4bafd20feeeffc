import type { StatedThickness } from '../values/etdrs.js';
import type { Laterality } from '../values/laterality.js';
import type { ReferralClass } from '../values/referral-class.js';

/** What the console's API answers, as JSON; the page is compiled against the same types. Times are ISO 8601, UTC. */

export interface Patient {
  readonly name: string;
  readonly id: string;
  readonly birthDate: string;
}

/** Where a scan stands, in the order of its way. */
export const STAGES = {
  waiting: 'waits for a worker',
  reading: 'is being read',
  held: 'waits for an operator',
  cancelled: 'ended without results',
  read: 'read; no destination is configured',
  delivering: 'results are on their way',
  'not-delivered': 'a destination refused the results',
  delivered: 'results delivered',
  committed: 'results committed by every destination that is asked',
} as const;
export type Stage = keyof typeof STAGES;

export interface ScanSummary {
  readonly id: string;
  readonly revision: number;
  /** When its last instance came. */
  readonly receivedAt: string;
  readonly callingAeTitle: string;
  /** Absent where the role does not include it, and where the file cannot be read. */
  readonly patient?: Patient;
  readonly device: string;
  readonly laterality?: Laterality;
  readonly grade?: string;
  readonly decision?: ReferralClass | 'not-assessed';
  /** Why it is not assessed: names of reasons. */
  readonly reasons: readonly string[];
  /** Mean probability of the decided class and its standard deviation over the ensemble. */
  readonly probability?: number;
  readonly spread?: number;
  readonly stage: Stage;
  /** What stands against it, or how far it is. */
  readonly stageDetail: string;
}

export type StepState = 'done' | 'now' | 'failed' | 'pending' | 'not-asked';

/** One step of a scan's life, with the lines that tell it. */
export interface LifeStep {
  readonly name: string;
  readonly state: StepState;
  readonly at?: string;
  readonly lines: readonly string[];
}

export interface LogEntry {
  readonly at: string;
  readonly what: string;
  readonly about: string;
  readonly reason?: string;
  readonly detail?: string;
  /** How many instances this was said of, one after the other. */
  readonly times: number;
}

/** A content item of the report. */
export interface ReportItem {
  readonly type: string;
  readonly name: string;
  readonly value: string;
  readonly children: readonly ReportItem[];
}

export interface Probability {
  readonly name: string;
  readonly probability: number;
  readonly spread?: number;
}

/** A finding's volume, and what the report says of the networks one by one. */
export interface StatedVolume {
  readonly name: string;
  readonly nanolitres: number;
  /** Between which volumes the segmentation networks lie, each asked alone. */
  readonly alone?: { readonly least: number; readonly most: number };
  /** What the referral would be were this finding not there. */
  readonly without: readonly Probability[];
}

/** What the report says, for a reader. */
export interface ReportSummary {
  readonly decision: string;
  readonly because: string;
  readonly costMatrix: string;
  readonly referral: readonly Probability[];
  readonly pathologies: readonly Probability[];
  readonly reasons: readonly {
    readonly name: string;
    readonly advice: string;
    readonly detail: string;
  }[];
  readonly criteria: readonly { readonly text: string; readonly passed: boolean }[];
  readonly advice: string;
  readonly volumes: readonly StatedVolume[];
  /** Share of the retina in which a network contradicts the others. */
  readonly disputedShare?: number;
  /** How many networks segmented the scan. */
  readonly networks: number;
  /** Absent where the surfaces were not found. */
  readonly thickness?: StatedThickness;
  readonly steps: readonly string[];
  readonly models: readonly string[];
  readonly tree: ReportItem;
}

export interface ScanDetail extends ScanSummary {
  readonly studyInstanceUid: string;
  readonly acquiredAt?: string;
  readonly seriesDescription?: string;
  readonly steps: readonly LifeStep[];
  readonly log: readonly LogEntry[];
  readonly report?: ReportSummary;
  readonly objects: readonly {
    readonly sopInstanceUid: string;
    readonly kind: string;
    readonly byteLength: number;
  }[];
}

/** How much of the retina the stored segmentation shows. */
export type TissueCoverage = 'all' | 'lesions' | 'none';

/** What may lie over a B-scan: a byte a pixel, whose meaning is that of `ScanImages`. */
export type OverlayName = 'tissues' | 'alternatives' | 'dissenters';

export interface VolumeInfo {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  /** mm between B-scans, rows and A-scans. */
  readonly spacing: { readonly frame: number; readonly axial: number; readonly lateral: number };
  readonly laterality: Laterality;
  readonly coverage: TissueCoverage;
  /** Indices of TISSUES that are somewhere in the scan. */
  readonly tissues: readonly number[];
  /** Indices of TISSUES that networks see where they differ from the majority; absent where no stored object says it. */
  readonly alternatives?: readonly number[];
  /** How many networks segmented, where a stored map says how many of them differ. */
  readonly members?: number;
}

/** A map of the fundus: frames (inferior first) × columns. */
export interface EnFaceMap {
  readonly name: string;
  readonly meaning: string;
  /** Thickness in µm, Uint16 little endian, base64. */
  readonly values: string;
  readonly maximum: number;
}

export interface EnFaceMaps {
  readonly frames: number;
  readonly columns: number;
  /** Mean brightness along each A-scan, a byte each, base64. */
  readonly projection: string;
  readonly maps: readonly EnFaceMap[];
}

/** From where an entry of a table comes: only those of the file can be changed here. */
export type Origin = 'file' | 'environment';

export interface CallerRow {
  readonly aeTitle: string;
  readonly from?: string;
  readonly origin: Origin;
  /** What came from it; absent where nothing ever did. */
  readonly seen?: {
    readonly associations: number;
    readonly lastAt: string;
    readonly lastAddress: string;
    readonly objects: number;
    readonly lastObjectAt?: string;
  };
}

export interface AddressRow {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly origin: Origin;
}

export interface DestinationRow {
  readonly name: string;
  /** The name of its entry in the tables: one entry may stand for many destinations. */
  readonly entry: string;
  /** As the tables write it: an AE address, or the URL of a web service. */
  readonly address: string;
  /** Can it be asked with C-ECHO? */
  readonly dimse: boolean;
  readonly origin: Origin;
  readonly commitment?: string;
  readonly pending: number;
  readonly delivered: number;
  readonly failed: number;
  readonly lastDeliveredAt?: string;
  readonly waitsBecause?: string;
}

export interface RefusalRow {
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly peerAddress: string;
  readonly why: string;
  readonly what: string;
  readonly count: number;
  readonly lastAt: string;
  /** The entry that would let it in; absent where none would, or where it is in by now. */
  readonly admit?: { readonly aeTitle: string; readonly from: string };
}

export interface SilentRow {
  readonly callingAeTitle: string;
  readonly since: string;
  /** Hours since in which it would have sent on average. */
  readonly missedHours: number;
}

export interface DeadLetter {
  readonly id: number;
  readonly destination: string;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly attempts: number;
  readonly cause: string;
}

export interface NetworkState {
  readonly aeTitle: string;
  readonly calledAeTitles: readonly string[];
  readonly dimsePort: number;
  readonly tlsPort?: number;
  readonly callers: readonly CallerRow[];
  readonly destinations: readonly DestinationRow[];
  readonly aeAddresses: readonly AddressRow[];
  readonly refusals: readonly RefusalRow[];
  /** Scanners that send nothing when by their own rhythm they should. */
  readonly silent: readonly SilentRow[];
  readonly deadLetters: readonly DeadLetter[];
}

export interface EchoAnswer {
  readonly answered: boolean;
  readonly words: string;
  readonly milliseconds: number;
}

export interface TablesVersionRow {
  readonly id: number;
  readonly at: string;
  readonly who: string;
  readonly why: string;
  /** What it holds, in words. */
  readonly holds: string;
  readonly current: boolean;
}

export interface CheckStep {
  readonly step: string;
  readonly name: string;
  readonly state: 'done' | 'open' | 'failed';
  readonly at?: string;
  readonly lines: readonly string[];
}

/** The commissioning of one scanner. */
export interface Checklist {
  readonly callingAeTitle: string;
  readonly device: string;
  readonly steps: readonly CheckStep[];
  /** The scan that the later steps are about. */
  readonly scanId?: string;
  readonly admit?: { readonly aeTitle: string; readonly from: string };
  readonly complete: boolean;
}

export interface KeptReport extends Checklist {
  readonly id: number;
  readonly keptAt: string;
  readonly keptBy: string;
  readonly product: string;
}
