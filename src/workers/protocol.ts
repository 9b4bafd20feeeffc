import type { ExecutionProvider } from '../config/setting-kinds.js';
import type { InferenceSettings } from '../inference/prepare.js';
import type { DeviceProfile } from '../values/device-profile.js';
import type { Acquisition } from '../values/acquisition.js';
import type { ReferralDecision } from '../values/referral-decision.js';
import type { ScanReading } from '../values/scan-reading.js';
import type { ResultObject } from '../values/result-objects.js';
import type { ReadingOrder } from '../values/workitem.js';

/** What a worker process is given when it starts, as one JSON argument. */
export interface WorkerSettings extends InferenceSettings {
  /** Name of the cost matrix; empty: the model set's own choice. */
  readonly operatingPoint: string;
  /** Stands as serial number in the equipment of the results. */
  readonly aeTitle: string;
  /** UID of this installation. */
  readonly deviceUid: string;
}

/** How long a stage of a reading took, in ms since 1970: messages of progress are told too seldom to say so. */
export interface StageTime {
  readonly stage: string;
  readonly from: number;
  readonly to: number;
}

/** One acquisition to be read. */
export interface ReadRequest {
  readonly kind: 'read';
  readonly workitemUid: string;
  readonly acquisition: Acquisition;
  /** The scans of the same study that have been read already. */
  readonly otherScans: readonly ScanReading[];
  readonly order?: ReadingOrder | undefined;
  /** Of the program and of the site, already validated: those of this moment. */
  readonly profiles: readonly DeviceProfile[];
}

export type WorkerRequest = ReadRequest | { readonly kind: 'golden-scan' };

/** What a worker tells the gateway. Every message counts as a sign of life. */
export type WorkerMessage =
  | {
      readonly kind: 'ready';
      readonly executionProvider: ExecutionProvider;
      readonly modelSet: string;
      /** Members that could not be loaded, each with its reason. */
      readonly dropped: readonly string[];
      /** Measured on the golden scan with all members; `undefined` where the model set has none. */
      readonly bscansPerSecond: number | undefined;
      /** Execution providers that were asked for first and did not work, each with its reason. */
      readonly passedOver: readonly string[];
    }
  /** The event loop turns. */
  | { readonly kind: 'alive'; readonly residentBytes: number }
  /** The golden scan was read again. */
  | {
      readonly kind: 'golden-scan';
      /** What is not as known; `undefined`: all is well. */
      readonly deviation: string | undefined;
      readonly milliseconds: number;
    }
  | {
      readonly kind: 'progress';
      readonly workitemUid: string;
      readonly percent: number;
      readonly stage: string;
    }
  | {
      readonly kind: 'read';
      readonly workitemUid: string;
      readonly decision: ReferralDecision;
      readonly profile: string | undefined;
      readonly executionProvider: string | undefined;
      readonly scan: ScanReading;
      readonly results: readonly ResultObject[];
      readonly stages?: readonly StageTime[];
    }
  | {
      readonly kind: 'failed';
      readonly workitemUid: string;
      readonly code: string;
      readonly reason: string;
    }
  /** The worker cannot work at all: its model set does not load. */
  | { readonly kind: 'unfit'; readonly code: string; readonly reason: string };
