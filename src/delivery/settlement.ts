import type { DeliveryTerms } from '../config/delivery-terms.js';
import {
  CAUSES_OF_FALLBACK,
  causeOf,
  describeOutcome,
  judge,
  type Held,
  type SendOutcome,
} from './outcome-table.js';
import type { ClaimedDelivery, Settlement } from './ports.js';
import { waitAfter, type BackOff } from './retry-table.js';

/** What the outcome of one attempt means for the delivery, under the terms of its destination. */
export function settlementOf(
  delivery: ClaimedDelivery,
  outcome: SendOutcome,
  held: Held,
  terms: DeliveryTerms & { readonly commitment?: unknown },
  { backOff, now, random }: { backOff: BackOff; now: number; random: () => number },
): Settlement {
  const judgement = judge(outcome, delivery.ambiguousAttempts, held);
  const said = {
    id: delivery.id,
    status: outcome.kind === 'answered' ? outcome.status : undefined,
    comment: describe(outcome, judgement.note),
  };
  if (judgement.delivered) {
    return {
      ...said,
      state: 'delivered',
      ...(terms.commitment !== undefined && { commitment: true }),
      ...(terms.verify && { verification: held === 'held' ? 'verified' : 'wanted' }),
    };
  }
  const { errorClass } = judgement;
  const wait = waitAfter(errorClass, delivery.attempt, backOff, random);
  if (wait !== undefined) {
    return { ...said, state: 'pending', errorClass, nextAttemptAt: now + wait };
  }
  const cause = causeOf(outcome);
  const fallback =
    CAUSES_OF_FALLBACK.has(cause) && !delivery.isFallback
      ? terms.fallbacks?.[delivery.kind]
      : undefined;
  return { ...said, state: 'failed', errorClass, cause, ...(fallback && { fallback }) };
}

function describe(outcome: SendOutcome, note: string | undefined): string | undefined {
  const parts = [describeOutcome(outcome), note].filter(
    (part) => part !== undefined && part !== '',
  );
  return parts.length === 0 ? undefined : parts.join('; ');
}
