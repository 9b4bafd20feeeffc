import { isAeDestination, objectsFor, type Destination } from '../config/destination.js';
import type { RoutedDecision, RoutingAttribute, RoutingRule } from '../config/routing-rule.js';
import type { ResultKind } from '../values/result-kinds.js';

/** What rules look at. What is absent is not known yet: a dry run of a file knows neither its sender nor its decision. */
export interface RoutingFacts {
  readonly callingAeTitle?: string | undefined;
  /** Id of the device profile; `null`: none matches. */
  readonly device?: string | null | undefined;
  readonly decision?: RoutedDecision | undefined;
  readonly attributes: Readonly<Partial<Record<RoutingAttribute, string>>>;
}

/** Whether a destination gets the results of a scan, and why. */
export interface Route {
  readonly destination: string;
  /** `if`: where what `because` says turns out true. */
  readonly goes: 'yes' | 'no' | 'if';
  readonly because: string;
  readonly kinds: readonly ResultKind[];
}

/** How far one condition or rule holds; `if` has what it hangs on, `no` what does not fit. */
type Verdict =
  | { readonly goes: 'yes'; readonly because: string }
  | { readonly goes: 'no'; readonly because: string }
  | { readonly goes: 'if'; readonly because: string };

/** The way of the results of one scan to each destination (R33: selected by name, never by default of a wildcard). */
export function routesOf(
  facts: RoutingFacts,
  destinations: readonly Destination[],
): readonly Route[] {
  return destinations.map((destination) => ({
    destination: destination.name,
    kinds: objectsFor(destination),
    ...routeTo(facts, destination),
  }));
}

/** Do rules of these destinations look at attributes? Only then the scan's header is read for them. */
export function needsAttributes(destinations: readonly Destination[]): boolean {
  return destinations.some(({ when = [] }) => when.some((rule) => rule.attributes !== undefined));
}

function routeTo(facts: RoutingFacts, destination: Destination): Verdict {
  const sender = isAeDestination(destination) ? destination.sender : undefined;
  const returned =
    sender === undefined
      ? YES
      : oneOf('it was sent by', facts.callingAeTitle, [sender], 'the sender');
  if (returned.goes === 'no') return returned;
  const { when } = destination;
  const ruled = when === undefined ? YES : anyOf(when.map((rule) => verdictOf(rule, facts)));
  return allOf([returned, ruled]);
}

const YES: Verdict = { goes: 'yes', because: 'it gets the results of every scan' };

function verdictOf(rule: RoutingRule, facts: RoutingFacts): Verdict {
  const { callingAeTitles, devices, decisions, attributes = {} } = rule;
  const verdicts: Verdict[] = [];
  if (callingAeTitles)
    verdicts.push(oneOf('it was sent by', facts.callingAeTitle, callingAeTitles, 'the sender'));
  if (devices) verdicts.push(oneOf('the device is', facts.device, devices, 'the device'));
  if (decisions) {
    verdicts.push(oneOf('the decision is', facts.decision, decisions, 'the decision'));
  }
  for (const [keyword, pattern] of Object.entries(attributes)) {
    const value = facts.attributes[keyword as RoutingAttribute] ?? '';
    const fits = matches(value, pattern);
    verdicts.push({
      goes: fits ? 'yes' : 'no',
      because: `${keyword} is ${fits ? '' : 'not '}like '${pattern}'`,
    });
  }
  return allOf(verdicts);
}

function oneOf(
  words: string,
  value: string | null | undefined,
  wanted: readonly string[],
  subject: string,
): Verdict {
  if (value === undefined) return { goes: 'if', because: `${words} ${wanted.join(' or ')}` };
  return value !== null && wanted.includes(value)
    ? { goes: 'yes', because: `${words} ${value}` }
    : { goes: 'no', because: `${subject} is ${value ?? 'unknown'}, not ${wanted.join(' or ')}` };
}

/** All must hold: the first that does not decides, then those that are open. */
function allOf(verdicts: readonly Verdict[]): Verdict {
  const no = verdicts.find(({ goes }) => goes === 'no');
  if (no) return no;
  const open = verdicts.filter(({ goes }) => goes === 'if');
  const said = open.length > 0 ? open : verdicts.filter((verdict) => verdict !== YES);
  if (said.length === 0) return YES;
  const because = said.map((verdict) => verdict.because).join(' and ');
  return { goes: open.length > 0 ? 'if' : 'yes', because };
}

function anyOf(verdicts: readonly Verdict[]): Verdict {
  const yes = verdicts.find(({ goes }) => goes === 'yes');
  if (yes) return yes;
  const open = verdicts.filter(({ goes }) => goes === 'if');
  const said = open.length > 0 ? open : verdicts;
  const because = [...new Set(said.map((verdict) => verdict.because))].join('; or ');
  return { goes: open.length > 0 ? 'if' : 'no', because };
}

/** `*` stands for any characters; case does not count, as it differs between versions of one device's software. */
function matches(value: string, pattern: string): boolean {
  const literal = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 'is').test(value);
}
