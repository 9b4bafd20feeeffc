import { REFERRAL_CLASSES } from '../values/referral-class.js';
import type { ReferralDecision } from '../values/referral-decision.js';
import { NOT_ASSESSED } from './referral-measures.js';

/** How two model sets decided on the same scan. */
export interface DecisionPair {
  readonly name: string;
  readonly a: ReferralDecision;
  readonly b: ReferralDecision;
}

export interface Agreement {
  readonly scans: number;
  readonly same: number;
  /** Of the scans that both decided: where B is more or less urgent than A. */
  readonly moreUrgent: number;
  readonly lessUrgent: number;
  /** Scans that only one of them decided. */
  readonly onlyA: number;
  readonly onlyB: number;
  /** Mean over the scans that both decided of the largest difference of a class's probability. */
  readonly meanDifference: number | null;
  /** Each scan that they decided otherwise. */
  readonly changes: readonly { readonly name: string; readonly a: string; readonly b: string }[];
}

/** What would change for the readers if B took the place of A. No truth is asked for: which is right is not said. */
export function agreementOf(pairs: readonly DecisionPair[]): Agreement {
  const decided = pairs.flatMap(({ a, b }) =>
    a.kind === 'assessed' && b.kind === 'assessed' ? [{ a, b }] : [],
  );
  const by = ({ a, b }: (typeof decided)[number]) =>
    REFERRAL_CLASSES.indexOf(b.referral) - REFERRAL_CLASSES.indexOf(a.referral);
  const differences = decided.map(({ a, b }) =>
    Math.max(...a.probabilities.map((p, i) => Math.abs(p - b.probabilities[i]!))),
  );
  const only = (one: 'a' | 'b', other: 'a' | 'b') =>
    pairs.filter((pair) => pair[one].kind === 'assessed' && pair[other].kind !== 'assessed').length;
  const changes = pairs
    .map(({ name, a, b }) => ({ name, a: inWords(a), b: inWords(b) }))
    .filter(({ a, b }) => a !== b);
  return {
    scans: pairs.length,
    same: pairs.length - changes.length,
    moreUrgent: decided.filter((pair) => by(pair) < 0).length,
    lessUrgent: decided.filter((pair) => by(pair) > 0).length,
    onlyA: only('a', 'b'),
    onlyB: only('b', 'a'),
    meanDifference:
      decided.length === 0 ? null : differences.reduce((sum, d) => sum + d, 0) / decided.length,
    changes,
  };
}

function inWords(decision: ReferralDecision): string {
  return decision.kind === 'assessed' ? decision.referral : NOT_ASSESSED;
}
