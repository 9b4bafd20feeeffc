import type { JsonDataSet } from '../../dicom/dicom-json.js';
import type { ProcedureStepState, StepAnswer } from '../../values/procedure-step.js';

interface ObjectReference {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
}

/** A workitem as a Unified Procedure Step. Times are milliseconds since 1970. */
export interface ProcedureStep {
  readonly uid: string;
  readonly studyInstanceUid: string;
  readonly state: ProcedureStepState;
  readonly held: boolean;
  readonly reason: string | undefined;
  /** Percent. */
  readonly progress: number;
  readonly progressDescription: string | undefined;
  readonly priority: number;
  readonly scheduledAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly modifiedAt: number;
  /** Who performs it in place of this node. */
  readonly performer: string | undefined;
  /** What others said of it. */
  readonly attributes: JsonDataSet;
  /** Of the study, its patient among them, as the stored objects say it. */
  readonly study: JsonDataSet;
  readonly inputs: readonly ObjectReference[];
  readonly outputs: readonly ObjectReference[];
}

export interface StepFilter {
  readonly uids?: readonly string[];
  readonly studies?: readonly string[];
  readonly state?: ProcedureStepState;
}

export interface StepSubscription {
  readonly subscriber: string;
  readonly target: string;
  /** Matching keys. */
  readonly filter: Readonly<Record<string, string>>;
  readonly deletionLock: boolean;
}

/** What this folder needs of the archive; `src/joints/worklist.ts` joins them. */
export interface WorklistPort {
  readonly aeTitle: string;
  list(filter: StepFilter, limit: number, offset: number): Promise<readonly ProcedureStep[]>;
  find(uid: string): Promise<ProcedureStep | undefined>;
  wasThere(uid: string): Promise<boolean>;
  acquisitionsOf(sopInstanceUids: readonly string[]): Promise<readonly string[]>;
  studyOf(acquisitionId: string): Promise<JsonDataSet>;
  create(step: {
    readonly uid: string;
    readonly acquisitionId: string;
    readonly requestedBy: string;
    readonly priority: number;
    readonly attributes: JsonDataSet;
  }): Promise<StepAnswer>;
  update(
    uid: string,
    update: {
      readonly transactionUid: string | undefined;
      readonly attributes: JsonDataSet;
      readonly priority?: number;
      readonly progress?: number;
      readonly description?: string;
    },
  ): Promise<StepAnswer>;
  changeState(
    uid: string,
    request: {
      readonly state: ProcedureStepState;
      readonly transactionUid: string;
      readonly performer: string;
      readonly meetsFinalState: (attributes: JsonDataSet) => boolean;
    },
  ): Promise<StepAnswer>;
  /** Ends what nobody but this node performs. */
  cancel(uid: string, reason: string): Promise<StepAnswer>;

  subscriptions(): Promise<readonly StepSubscription[]>;
  subscribe(subscription: StepSubscription): Promise<void>;
  unsubscribe(subscriber: string, target: string): Promise<void>;
  suspend(subscriber: string, target: string, existing: readonly string[]): Promise<void>;

  lastEvent(): Promise<number>;
  changesSince(id: number): Promise<{
    readonly last: number;
    readonly changes: readonly {
      readonly uid: string;
      readonly what: 'scheduled' | 'claimed' | 'completed' | 'cancelled';
    }[];
  }>;
}
