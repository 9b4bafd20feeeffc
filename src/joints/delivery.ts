import type { Archive } from '../archive/archive.js';
import { isAeDestination, type AeDestination, type Destination } from '../config/destination.js';
import type { Settings } from '../config/settings-manifest.js';
import { timersOf } from '../config/timers.js';
import { DeliveryRunner } from '../delivery/delivery-runner.js';
import type { SendOutcome } from '../delivery/outcome-table.js';
import type { Query, Send } from '../delivery/ports.js';
import { DEFAULT_BACK_OFF, type BackOff } from '../delivery/retry-table.js';
import { qidoHeld } from '../delivery/web/qido.js';
import { stow } from '../delivery/web/stow.js';
import type { WebPeer } from '../delivery/web/web-request.js';
import { findInstances } from '../dimse/find.js';
import { sendInstances, type Peer } from '../dimse/sender.js';
import { formatStatus } from '../dimse/status.js';
import type { LiveSettings } from './live-settings.js';
import { errorFields, log } from '../operations/log.js';

/** The back-off of the settings; a destination may have its own. */
export function backOffOf(settings: Settings): BackOff {
  return {
    ...DEFAULT_BACK_OFF,
    initialMs: settings.retryInitial,
    maxMs: settings.retryMaximum,
  };
}

/** A destination as peer of an association, or as web service, with the credentials that hold at this moment. */
export class Peers {
  constructor(
    private readonly settings: Settings,
    private readonly live: LiveSettings,
  ) {}

  ae({ host, port, aeTitle, tls, serverName }: AeDestination): Peer {
    const { credentials } = this.live.current;
    return {
      host,
      port,
      calledAeTitle: aeTitle,
      callingAeTitle: this.settings.aeTitle,
      ...(tls && { tls: { credentials, serverName } }),
    };
  }

  web(service: WebPeer['service']): WebPeer {
    const { associationRequest: connect, response: idle } = timersOf(this.settings);
    return {
      service,
      credentials: this.live.current.credentials,
      timeouts: { connect, idle },
    };
  }
}

/** What a destination holds, by C-FIND or QIDO-RS. */
export function queryOf(settings: Settings, peers: Peers): Query<Destination> {
  const timers = timersOf(settings);
  return (destination, objects) =>
    isAeDestination(destination)
      ? findInstances(peers.ae(destination), objects, { timers })
      : qidoHeld(peers.web(destination), objects);
}

/**
 * What is due in the outbox goes out by C-STORE or STOW-RS.
 * @param watched who looks on: gives the same `send`
 */
export function deliveryOf(
  settings: Settings,
  live: LiveSettings,
  archive: Archive,
  onSettled: () => void,
  watched: (send: Send<Destination>) => Send<Destination> = (send) => send,
): DeliveryRunner<Destination> {
  const timers = timersOf(settings);
  const peers = new Peers(settings, live);
  const send: Send<Destination> = async (destination, instances) => {
    const outcomes = isAeDestination(destination)
      ? await sendInstances(peers.ae(destination), instances, { timers })
      : await stow(peers.web(destination), instances);
    for (const [index, outcome] of outcomes.entries()) {
      logOutcome(destination.name, instances[index]?.sopInstanceUid ?? '', outcome);
    }
    return outcomes;
  };
  return new DeliveryRunner({
    destinations: settings.destinations,
    outbox: archive.outbox,
    onSettled,
    query: queryOf(settings, peers),
    backOff: backOffOf(settings),
    send: watched(send),
    onTurn(destination, turn) {
      if (turn === 'opened') {
        log('warn', 'destination does not answer: one study at a time tries it', { destination });
      } else log('info', 'destination answers again: what waits is sent', { destination });
    },
    onError(error, destination) {
      log('error', 'delivery failed on our side', { destination, ...errorFields(error) });
    },
  });
}

function logOutcome(destination: string, sopInstanceUid: string, outcome: SendOutcome): void {
  const fields = { destination, sopInstanceUid };
  // The peer's Error Comment may hold anything, patient data too: it is in the ledger, not in the log.
  if (outcome.kind === 'answered') {
    log('info', 'destination answered', { ...fields, status: formatStatus(outcome.status) });
  } else {
    const { code, reason } = outcome;
    log('warn', 'destination not reached', { ...fields, code, reason });
  }
}
