import type { RetryPolicy } from '../config/delivery-terms.js';
import type { ErrorClass } from './outcome-table.js';

export interface BackOff {
  /** Wait before the second attempt. */
  readonly initialMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** Share by which a wait varies either way, so that many deliveries do not come back at one moment. */
  readonly jitter: number;
  /** Attempts in all; after the last one the delivery has failed. Bounded and visible (R28). */
  readonly maxAttempts: number;
}

/** A destination may be down for days: a week of attempts every ten minutes. */
export const DEFAULT_BACK_OFF: BackOff = {
  initialMs: 5_000,
  factor: 2,
  maxMs: 600_000,
  jitter: 0.2,
  maxAttempts: 1_000,
};

/** Which classes are tried again. */
export const RETRIED: Readonly<Record<ErrorClass, boolean>> = {
  transient: true,
  ambiguous: true,
  permanent: false,
};

/** Milliseconds to wait after attempt number `attempt` (from 1) failed, or `undefined`: not again. */
export function waitAfter(
  errorClass: ErrorClass,
  attempt: number,
  backOff: BackOff,
  random: () => number = Math.random,
): number | undefined {
  if (!RETRIED[errorClass] || attempt >= backOff.maxAttempts) return undefined;
  const plain = Math.min(backOff.maxMs, backOff.initialMs * backOff.factor ** (attempt - 1));
  return Math.round(plain * (1 + backOff.jitter * (2 * random() - 1)));
}

/** The back-off of a destination: its own where it has one. */
export function policyOf(
  backOff: BackOff,
  { initialMs, maximumMs, attempts }: RetryPolicy = {},
): BackOff {
  return {
    ...backOff,
    initialMs: initialMs ?? backOff.initialMs,
    maxMs: maximumMs ?? backOff.maxMs,
    maxAttempts: attempts ?? backOff.maxAttempts,
  };
}
