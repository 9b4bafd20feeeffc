import { REFERRAL_CLASSES } from '../values/referral-class.js';
import type { ReferralClass } from '../values/referral-class.js';
import type { ReferralDecision } from '../values/referral-decision.js';
import { verdictOn, type Verdict } from '../values/reader-feedback.js';
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

/** How one set's decisions stand to what readers say. */
export interface AgainstReaders {
  readonly right: number;
  readonly underReferred: number;
  readonly overReferred: number;
  readonly notAssessed: number;
}

/** Both sets on the scans of which readers say the right class; null where they said it of none. */
export function againstReaders(
  pairs: readonly DecisionPair[],
  rightClasses: ReadonlyMap<string, ReferralClass>,
): { readonly scans: number; readonly a: AgainstReaders; readonly b: AgainstReaders } | null {
  const judged = pairs.filter(({ name }) => rightClasses.has(name));
  if (judged.length === 0) return null;
  const count = (which: 'a' | 'b'): AgainstReaders => {
    const verdicts = judged.map((pair) => {
      const decision = pair[which];
      const decided = decision.kind === 'assessed' ? decision.referral : undefined;
      return verdictOn(decided, rightClasses.get(pair.name));
    });
    const number = (verdict: Verdict) => verdicts.filter((one) => one === verdict).length;
    return {
      right: number('agree'),
      underReferred: number('under-referred'),
      overReferred: number('over-referred'),
      notAssessed: number('assessable'),
    };
  };
  return { scans: judged.length, a: count('a'), b: count('b') };
}
