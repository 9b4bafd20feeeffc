import type { Archive } from '../archive/archive.js';
import type { NetworkSources } from '../console/network-state.js';

/** What the ledger says of the network. */
export function networkSources({
  networkView,
  refusals,
  deliveries,
}: Pick<Archive, 'networkView' | 'refusals' | 'deliveries'>): Pick<
  NetworkSources,
  'callers' | 'destinations' | 'refusals' | 'deadLetters'
> {
  return {
    callers: () => networkView.callers(),
    destinations: () => networkView.destinations(),
    refusals: () => refusals.list(),
    deadLetters: () => deliveries.failed(),
  };
}
