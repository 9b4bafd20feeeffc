/** The states of a Unified Procedure Step (PS3.4 CC.1.1). */
export const PROCEDURE_STEP_STATES = ['SCHEDULED', 'IN PROGRESS', 'COMPLETED', 'CANCELED'] as const;
export type ProcedureStepState = (typeof PROCEDURE_STEP_STATES)[number];

/** Scheduled Procedure Step Priority, with the queue's own: above 0 goes before what is 0. */
export const PROCEDURE_STEP_PRIORITIES = { HIGH: 2, MEDIUM: 0, LOW: -1 } as const;
export type ProcedureStepPriority = keyof typeof PROCEDURE_STEP_PRIORITIES;

/** The state as others see it: an attempt of our own that failed is repeated, but a step never becomes SCHEDULED again. */
export function visibleState(
  state: ProcedureStepState,
  startedAt: number | null | undefined,
): ProcedureStepState {
  return state === 'SCHEDULED' && startedAt != null ? 'IN PROGRESS' : state;
}

/** What came of a request to change a step. */
export type StepAnswer =
  | 'done'
  | 'exists'
  | 'unknown'
  | 'gone'
  | 'transaction-missing'
  | 'transaction-incorrect'
  | 'not-claimed'
  | 'inconsistent'
  | 'final-state-unmet'
  | 'already-canceled'
  | 'already-completed'
  | 'not-cancelled';

/** What a request for a state comes to, by the state that the step has (PS3.4 Table CC.1.1-2). */
export const STATE_CHANGES = {
  SCHEDULED: {
    SCHEDULED: 'inconsistent',
    'IN PROGRESS': 'inconsistent',
    COMPLETED: 'inconsistent',
    CANCELED: 'inconsistent',
  },
  'IN PROGRESS': {
    SCHEDULED: 'done',
    'IN PROGRESS': 'inconsistent',
    COMPLETED: 'inconsistent',
    CANCELED: 'inconsistent',
  },
  COMPLETED: {
    SCHEDULED: 'inconsistent',
    'IN PROGRESS': 'done',
    COMPLETED: 'already-completed',
    CANCELED: 'inconsistent',
  },
  CANCELED: {
    SCHEDULED: 'inconsistent',
    'IN PROGRESS': 'done',
    COMPLETED: 'inconsistent',
    CANCELED: 'already-canceled',
  },
} as const satisfies Record<ProcedureStepState, Record<ProcedureStepState, StepAnswer>>;

/** The worklist as a whole, and a part of it by matching keys (PS3.4 CC.2.3.1). */
export const WORKLIST_UIDS = {
  all: '1.2.840.10008.5.1.4.34.5',
  filtered: '1.2.840.10008.5.1.4.34.5.1',
} as const;
export function isWorklist(uid: string): boolean {
  return Object.values(WORKLIST_UIDS).some((one) => one === uid);
}

export const PROCEDURE_STEP_SOP_CLASS = '1.2.840.10008.5.1.4.34.6.1';

/** Event types of the UPS Event SOP class (PS3.4 Table CC.2.4-1). */
export const STEP_EVENTS = { state: 1, cancelRequested: 2, progress: 3 } as const;

/** What this node performs, as a Scheduled Workitem Code: the analysis of a stored scan. */
export const WORKITEM_CODE = {
  value: 'OCTREAD',
  scheme: '99OCTRIAGE',
  meaning: 'Referral suggestion from OCT of the eye',
} as const;
