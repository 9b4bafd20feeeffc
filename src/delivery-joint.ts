import type { Archive } from './archive/archive.js';
import type { Destination } from './config/destination.js';
import type { Settings } from './config/settings-manifest.js';
import { timersOf } from './config/timers.js';
import { DeliveryRunner } from './delivery/delivery-runner.js';
import { DEFAULT_BACK_OFF } from './delivery/retry-table.js';
import { sendInstances } from './dimse/sender.js';
import { formatStatus } from './dimse/status.js';
import type { LiveSettings } from './live-settings.js';
import { errorFields, log } from './operations/log.js';

/** What is due in the outbox goes out by C-STORE, with the credentials that hold at that moment. */
export function deliveryOf(
  settings: Settings,
  live: LiveSettings,
  archive: Archive,
): DeliveryRunner<Destination> {
  const timers = timersOf(settings);
  return new DeliveryRunner({
    destinations: settings.destinations,
    outbox: archive.outbox,
    backOff: {
      ...DEFAULT_BACK_OFF,
      initialMs: settings.retryInitial,
      maxMs: settings.retryMaximum,
    },
    async send({ name, host, port, aeTitle, tls, serverName }, instances) {
      const { credentials } = live.current;
      const outcomes = await sendInstances(
        {
          host,
          port,
          calledAeTitle: aeTitle,
          callingAeTitle: settings.aeTitle,
          ...(tls && { tls: { credentials, serverName } }),
        },
        instances,
        { timers },
      );
      for (const [index, outcome] of outcomes.entries()) {
        const sopInstanceUid = instances[index]?.sopInstanceUid ?? '';
        const fields = { destination: name, sopInstanceUid };
        // The peer's Error Comment may hold anything, patient data too: it is in the ledger, not in the log.
        if (outcome.kind === 'answered') {
          log('info', 'destination answered', { ...fields, status: formatStatus(outcome.status) });
        } else {
          log('warn', 'destination not reached', {
            ...fields,
            code: outcome.code,
            reason: outcome.reason,
          });
        }
      }
      return outcomes;
    },
    onError(error, destination) {
      log('error', 'delivery failed on our side', { destination, ...errorFields(error) });
    },
  });
}
