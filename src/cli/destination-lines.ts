import {
  isAeDestination,
  objectsFor,
  showDestination,
  type Destination,
} from '../config/destination.js';
import { describeRule } from '../config/routing-rule.js';
import type { Settings } from '../config/settings-manifest.js';

/** What `octriage check` says of the destinations: what goes where, when, and what stands in its way. */
export function destinationLines({ destinations, callers }: Settings): readonly string[] {
  if (destinations.length === 0) return ['Destinations: none; results stay in the archive'];
  return destinations.flatMap((destination) => {
    const { name } = destination;
    const lines = [
      `Destination ${name} = ${showDestination(destination)} (${objectsFor(destination).join(', ')})`,
      ...termsOf(destination).map((term) => `  ${term}`),
    ];
    if (!isAeDestination(destination)) return lines;
    const { aeTitle, commitment } = destination;
    const admitted = callers.some((caller) => ['*', aeTitle].includes(caller.aeTitle));
    if (commitment === 'another-association' && !admitted) {
      lines.push(
        `Warning: ${name} may not come in with its reports of storage commitment; add ${aeTitle} to OCTRIAGE_CALLERS`,
      );
    }
    return lines;
  });
}

function termsOf(destination: Destination): readonly string[] {
  const { when = [], fallbacks = {}, associations, maximumObjectSize, hours, verify } = destination;
  const terms = when.map(
    (rule, index) => `${index === 0 ? 'when' : 'or when'} ${describeRule(rule)}`,
  );
  if (isAeDestination(destination) && destination.sender !== undefined)
    terms.push(`the results of what ${destination.sender} sent`);
  for (const [kind, other] of Object.entries(fallbacks))
    terms.push(`${other} where it does not take ${kind}`);
  if (associations !== undefined) terms.push(`up to ${associations} associations at one time`);
  if (maximumObjectSize !== undefined) terms.push(`objects up to ${maximumObjectSize} MiB`);
  if (hours) terms.push(`between ${hours.join(' and ')}`);
  if (verify) terms.push('asked whether it holds what it got');
  return terms;
}
