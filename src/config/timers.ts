import type { Settings } from './settings-manifest.js';

/** The timers of an association by name, in ms, as the transport takes them. */
export function timersOf(settings: Settings) {
  return {
    tlsHandshake: settings.tlsHandshakeTimeout,
    artim: settings.artimTimeout,
    associationRequest: settings.associationRequestTimeout,
    response: settings.responseTimeout,
    idle: settings.idleTimeout,
    sendProgress: settings.sendProgressTimeout,
    release: settings.releaseTimeout,
    abort: settings.abortTimeout,
  };
}
