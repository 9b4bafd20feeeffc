import type { CommandSet } from './command-set.js';
import { DimseError } from './errors.js';
import type { DimseErrorCode, FailureClass } from './errors.js';
import { STATUSES, statusCategory } from './status.js';
import type { StatusCategory } from './status.js';

/** The peer answered. `status` and `comment` are its own; delivered is only what is success (R6). */
export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  readonly category: StatusCategory;
  /** Error Comment, as the peer sent it. */
  readonly comment?: string;
  /** Tags that the peer found wrong, as 32-bit numbers. */
  readonly offendingElements?: readonly number[];
}

/** No answer. `reason` is for a human, `failure` for the one who decides on a repetition. */
export interface Failed {
  readonly kind: 'failed';
  readonly failure: FailureClass;
  readonly code: DimseErrorCode;
  readonly reason: string;
}

/** How one request of ours ended. */
export type SendOutcome = Answered | Failed;

export function answered(response: CommandSet): Answered {
  const status = response.status ?? STATUSES.processingFailure.code;
  return {
    kind: 'answered',
    status,
    category: statusCategory(status),
    ...(response.errorComment !== undefined && { comment: response.errorComment }),
    ...(response.offendingElement && { offendingElements: response.offendingElement }),
  };
}

export function failed(error: unknown): Failed {
  const known =
    error instanceof DimseError
      ? error
      : new DimseError('OCT_DIMSE_PROTOCOL', error instanceof Error ? error.name : 'unknown');
  return { kind: 'failed', failure: known.failure, code: known.code, reason: known.message };
}
