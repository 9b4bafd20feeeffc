import type { RoutedDecision } from '../config/routing-rule.js';
import type { Settings } from '../config/settings-manifest.js';
import { routesOf, type Route } from '../delivery/routing.js';
import { deviceProfiles } from '../device-profiles.js';
import { matchProfile } from '../devices/match-profile.js';
import { readPart10Header } from '../dicom/part10.js';
import { routingAttributes } from '../routing-facts.js';

/** Where the results of a file would go, and what was known of it. */
export interface FileRoutes {
  readonly device: string;
  readonly routes: readonly Route[];
}

/**
 * The dry run of routing: nothing is read, made or sent.
 * @throws DicomError where the file is no Part 10 file; ConfigError where a device profile of the site is wrong
 */
export async function routeFile(
  path: string,
  settings: Settings,
  given: {
    readonly callingAeTitle?: string | undefined;
    readonly decision?: RoutedDecision | undefined;
  },
): Promise<FileRoutes> {
  const { dataSet } = await readPart10Header(path);
  const match = matchProfile(dataSet, deviceProfiles(settings));
  const facts = {
    ...given,
    // Without a profile nothing is read, so the decision is known.
    ...(!match.matched && { decision: 'not-assessed' as const }),
    device: match.matched ? match.profile.id : null,
    attributes: routingAttributes(dataSet),
  };
  return {
    device: match.matched ? `${match.profile.id} (${match.because})` : `unknown (${match.because})`,
    routes: routesOf(facts, settings.destinations),
  };
}
