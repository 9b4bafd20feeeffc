import { z } from 'zod';
import { isResultKind, RESULT_KIND_NAMES, type ResultKind } from '../values/result-kinds.js';
import { DAY } from '../values/units.js';
import { ROUTING_RULE_SCHEMA, type RoutingRule } from './routing-rule.js';

/** How often and how long apart a destination is tried; what is absent is that of the settings. */
export interface RetryPolicy {
  readonly initialMs?: number | undefined;
  readonly maximumMs?: number | undefined;
  /** Attempts for one object in all. */
  readonly attempts?: number | undefined;
}

/** What a destination is sent, when, how much at a time, and how what it says is taken. */
export interface DeliveryTerms {
  /** The kinds of results that it is sent; absent: segmentation and report. */
  readonly objects?: readonly ResultKind[] | undefined;
  /** What it gets once in place of a kind that it turns out not to take. */
  readonly fallbacks?: Readonly<Partial<Record<ResultKind, ResultKind>>> | undefined;
  /** It gets the results of scans that one of the rules is true of; absent: of all. */
  readonly when?: readonly RoutingRule[] | undefined;
  /** Associations (or requests) at one time; absent: 1. A study is on one of them. */
  readonly associations?: number | undefined;
  /** A larger object is not sent, in MiB. */
  readonly maximumObjectSize?: number | undefined;
  /** Times of the day (local) in which it is sent to, as `HH:MM-HH:MM`; absent: always. */
  readonly hours?: readonly string[] | undefined;
  readonly retry?: RetryPolicy | undefined;
  /** It is asked by C-FIND (a web destination: QIDO-RS) whether it holds what it got. */
  readonly verify?: 'query' | undefined;
}

export const RESULT_KIND_RULE = `the objects are of ${RESULT_KIND_NAMES.join(', ')}`;
export const HOURS_RULE = 'hours are HH:MM-HH:MM, such as 20:00-06:30';

export function isHours(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/.test(text);
}

const resultKind = z.custom<ResultKind>(
  (value) => typeof value === 'string' && isResultKind(value),
  RESULT_KIND_RULE,
);
const wait = z.int().min(10).max(DAY).optional();

export const RETRY_SCHEMA = z.strictObject({
  initialMs: wait,
  maximumMs: wait,
  attempts: z.int().min(1).max(100_000).optional(),
});

/** The keys that every row of `destinations` in the tables file may have. */
export const DELIVERY_TERMS = {
  objects: z.array(resultKind).min(1, 'name at least one kind of object').optional(),
  fallbacks: z
    .partialRecord(z.enum(RESULT_KIND_NAMES), resultKind)
    .refine(
      (given) => Object.entries(given).every(([kind, other]) => kind !== other),
      'a kind is no fallback for itself',
    )
    .optional(),
  when: z.array(ROUTING_RULE_SCHEMA).min(1, 'name at least one rule').optional(),
  associations: z.int().min(1).max(16).optional(),
  maximumObjectSize: z.int().min(1).max(65_536).optional(),
  hours: z.array(z.string().refine(isHours, HOURS_RULE)).min(1).optional(),
  retry: RETRY_SCHEMA.optional(),
  verify: z.literal('query').optional(),
};
