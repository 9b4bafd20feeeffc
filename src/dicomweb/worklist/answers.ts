import type { Response } from 'express';
import { HttpProblem, type HttpProblemCode } from '../../http/problem.js';
import type { StepAnswer } from '../../values/procedure-step.js';

export type StepTransaction = 'create' | 'update' | 'state' | 'cancel';

interface Refusal {
  readonly code: HttpProblemCode;
  readonly warning?: string;
}

const MISSING = 'The Transaction UID is missing.';
const INCORRECT = 'The Transaction UID is incorrect.';
const STATE = 'The submitted request is inconsistent with the state of the UPS Instance.';
const CURRENT = 'The submitted request is inconsistent with the current state of the Workitem.';
const GONE = { code: 'OCT_HTTP_GONE' } as const;
const UNKNOWN = { code: 'OCT_HTTP_NOT_FOUND' } as const;

/** What a refusal is over HTTP (PS3.18 Tables 11.4.3-1, 11.6.3-1, 11.7.3-1, 11.8.3-1 and the header fields beside them). */
export const STEP_REFUSALS = {
  create: {
    exists: { code: 'OCT_HTTP_CONFLICT' },
    unknown: { code: 'OCT_HTTP_BAD_REQUEST' },
  },
  update: {
    unknown: UNKNOWN,
    gone: GONE,
    inconsistent: { code: 'OCT_HTTP_BAD_REQUEST', warning: CURRENT },
    'transaction-missing': { code: 'OCT_HTTP_BAD_REQUEST', warning: CURRENT },
    'transaction-incorrect': { code: 'OCT_HTTP_BAD_REQUEST', warning: CURRENT },
    'not-claimed': {
      code: 'OCT_HTTP_CONFLICT',
      warning: 'The target URI did not reference a claimed Workitem.',
    },
  },
  state: {
    unknown: UNKNOWN,
    gone: GONE,
    inconsistent: { code: 'OCT_HTTP_CONFLICT', warning: STATE },
    'final-state-unmet': { code: 'OCT_HTTP_CONFLICT', warning: STATE },
    'transaction-missing': { code: 'OCT_HTTP_BAD_REQUEST', warning: MISSING },
    'transaction-incorrect': { code: 'OCT_HTTP_BAD_REQUEST', warning: INCORRECT },
  },
  cancel: {
    unknown: UNKNOWN,
    gone: GONE,
    inconsistent: { code: 'OCT_HTTP_CONFLICT', warning: 'The UPS is already COMPLETED.' },
    'not-cancelled': {
      code: 'OCT_HTTP_CONFLICT',
      warning: 'The performer cannot be contacted.',
    },
  },
} as const satisfies Record<StepTransaction, Partial<Record<StepAnswer, Refusal>>>;

/** Not done, since it is so already: success with a warning. */
export const STEP_WARNINGS: Partial<Record<StepAnswer, string>> = {
  'already-canceled': 'The UPS is already in the requested state of CANCELED.',
  'already-completed': 'The UPS is already in the requested state of COMPLETED.',
};

export const NOT_SUPPORTED = 'Requested optional Attributes are not supported.';
export const NO_LOCK = 'Deletion Lock not granted.';

export function warn(response: Response, service: string, text: string): void {
  response.append('Warning', `299 ${service}: ${text}`);
}

/** Passes where it was done, or was so before; throws what the table says otherwise. @throws HttpProblem */
export function settle(
  response: Response,
  service: string,
  transaction: StepTransaction,
  answer: StepAnswer,
): void {
  const warning = STEP_WARNINGS[answer];
  if (warning !== undefined) warn(response, service, warning);
  if (answer === 'done' || warning !== undefined) return;
  const refusals: Partial<Record<StepAnswer, Refusal>> = STEP_REFUSALS[transaction];
  const refusal = refusals[answer] ?? { code: 'OCT_HTTP_BAD_REQUEST' };
  throw new HttpProblem(
    refusal.code,
    refusal.warning,
    refusal.warning === undefined ? {} : { Warning: `299 ${service}: ${refusal.warning}` },
  );
}
