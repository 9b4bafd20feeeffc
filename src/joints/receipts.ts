import type { Archive } from '../archive/archive.js';
import type { Settings } from '../config/settings-manifest.js';
import { VerificationRunner } from '../delivery/verification-runner.js';
import { backOffOf, Peers, queryOf } from './delivery.js';
import type { LiveSettings } from './live-settings.js';
import { errorFields, log } from '../operations/log.js';

/** Asks destinations that may be asked whether they hold what was delivered to them. */
export function verificationOf(
  settings: Settings,
  live: LiveSettings,
  { verifications }: Archive,
): VerificationRunner {
  const query = queryOf(settings, new Peers(settings, live));
  return new VerificationRunner({
    verifications,
    backOff: backOffOf(settings),
    query(name, objects) {
      const destination = live.current.destinations.find((one) => one.name === name);
      return destination
        ? query(destination, objects)
        : Promise.reject(new Error('no destination has this name any more'));
    },
    onMissing(destination, sopInstanceUids) {
      for (const sopInstanceUid of sopInstanceUids) {
        const code = 'OCT_DELIVERY_NOT_VERIFIED';
        log('error', 'destination does not hold what it took', {
          destination,
          sopInstanceUid,
          code,
        });
      }
    },
    onError(error, destination) {
      log('warn', 'destination could not be asked what it holds', {
        ...(destination !== undefined && { destination }),
        ...errorFields(error),
      });
    },
  });
}
