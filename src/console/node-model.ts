import type { DeviceProfileEntry } from '../config/device-profile-entry.js';
import type { DeviceProfile } from '../values/device-profile.js';
import type { TaskRun } from '../values/task-run.js';
import type { Origin } from './model.js';

/** What the API answers of the node itself, as JSON; see `model.ts`. */

/** A figure or a text, with its name. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** An installed model set, as its manifest and its card describe it. */
export interface ModelCardRow {
  /** By which `octriage models` names it. */
  readonly set: string;
  /** Does this node read with it now? */
  readonly inUse: boolean;
  /** What it is chosen for from the next start on. */
  readonly role?: 'active' | 'shadow';
  /** Why it cannot be used. */
  readonly trouble?: string;
  readonly about?: {
    readonly name: string;
    readonly version: string;
    readonly digest: string;
    readonly notice: string;
    readonly licence: string;
    readonly intendedUse: string;
    readonly members: { readonly segmentation: number; readonly classification: number };
    readonly files: readonly { readonly file: string; readonly sha256: string }[];
    readonly training: readonly Fact[];
    readonly measured: readonly Fact[];
    /** Beyond which an answer is no referral. */
    readonly thresholds: readonly Fact[];
    /** As the card says them. */
    readonly limits: readonly string[];
    readonly hasCard: boolean;
  };
}

/** A device profile in use. */
export interface DeviceProfileRow {
  readonly profile: DeviceProfile;
  /** 'program', or where the site has written it: the tables file, or files that the environment names. */
  readonly origin: Origin | 'program';
  /** Does it stand in the place of one of the program? */
  readonly replaces: boolean;
  /** As it is written in the tables file. */
  readonly entry?: DeviceProfileEntry;
}

export interface HousekeepingRunRow extends Omit<TaskRun, 'at'> {
  readonly at: string;
}

/** A task of the node's clock. */
export interface HousekeepingRow {
  readonly name: string;
  readonly about: string;
  /** The schedule in words, in the time zone of the node. */
  readonly when: string;
  readonly off?: string;
  readonly running: boolean;
  /** Of the nightly tasks also before the last start. */
  readonly last?: HousekeepingRunRow;
  readonly next?: string;
}

export interface NodeState {
  readonly product: string;
  readonly startedAt: string;
  readonly conditions: readonly {
    readonly name: string;
    readonly ready: boolean;
    readonly reason: string;
  }[];
  readonly workers: {
    readonly wanted: number;
    readonly running: readonly {
      readonly processId: number;
      readonly executionProvider: string;
      readonly modelSet: string;
      readonly passedOver: readonly string[];
      /** What it read of the golden scan in a second, in words. */
      readonly pace: string;
    }[];
    readonly trouble?: string;
  };
  readonly queue: Readonly<Record<string, number>>;
  readonly disk: {
    readonly freeBytes: number;
    readonly minimumFreeBytes: number;
    readonly lastWeekBytes: number;
    /** At the pace of the last week; absent where nothing came. */
    readonly daysLeft?: number;
  };
  readonly certificate?: { readonly validTo: string; readonly daysLeft: number };
  /** Whose scans are watched, and what of them is not as it was. */
  readonly drift: readonly {
    readonly callingAeTitle: string;
    readonly profile: string;
    readonly state: 'learning' | 'watched';
    /** In words: how far it has learned. */
    readonly seen: string;
    readonly drifts: readonly {
      /** What is measured, in words. */
      readonly kind: string;
      readonly measure: string;
      readonly before: number;
      readonly now: number;
    }[];
  }[];
}
