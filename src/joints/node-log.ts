import type { Settings } from '../config/settings-manifest.js';
import type { Listener } from '../dimse/listener.js';
import type { HttpServer } from '../http/server.js';
import { errorFields, log } from '../operations/log.js';
import { RESEARCH_USE_ONLY } from '../values/product.js';
import { paceInWords } from '../workers/news.js';
import type { WorkerPoolEvent } from '../workers/pool.js';

/** What happens to the workers, in the log. */
export function logWorkerEvent(event: WorkerPoolEvent): void {
  switch (event.kind) {
    case 'ready':
      for (const detail of event.passedOver) {
        log('warn', 'execution provider does not work here', { detail });
      }
      log('info', 'worker ready', {
        processId: event.processId,
        executionProvider: event.executionProvider,
        modelSet: event.modelSet,
        detail: paceInWords(event.bscansPerSecond),
      });
      for (const detail of event.dropped) {
        log('error', 'a network is missing: results are marked degraded', { detail });
      }
      break;
    case 'golden-scan':
      log(
        event.deviation === undefined ? 'info' : 'error',
        event.deviation === undefined
          ? 'the golden scan was read as known'
          : 'ALARM: the golden scan was not read as known; the worker is taken out of service',
        {
          processId: event.processId,
          milliseconds: event.milliseconds,
          ...(event.deviation !== undefined && { reason: event.deviation }),
        },
      );
      break;
    case 'ended':
      log('error', 'worker ended', { processId: event.processId, reason: event.reason });
      break;
    case 'unfit':
      log('error', 'worker cannot work', { code: event.code, reason: event.reason });
      break;
    case 'queue-error':
      log('error', 'the queue refused a worker', errorFields(event.error));
      break;
  }
}

/** Where the node listens, and what in its settings lets nothing in or out. */
export function announce(settings: Settings, listener: Listener, http: HttpServer): void {
  log('info', 'listening', {
    calledAeTitle: settings.aeTitle,
    address: settings.bind,
    port: listener.port,
    detail: `${listener.tlsPort === undefined ? '' : `TLS on ${listener.tlsPort}, `}HTTP on ${http.port}. ${RESEARCH_USE_ONLY}`,
  });
  if (settings.callers.length === 0) {
    log('warn', 'nobody may come in: OCTRIAGE_CALLERS is empty');
  }
  if (settings.callers.some(({ aeTitle, from }) => aeTitle === '*' && from === undefined)) {
    log('warn', 'OCTRIAGE_CALLERS=* admits every caller from everywhere; name your scanners');
  }
  if (settings.destinations.length === 0) {
    log('warn', 'no destination: results stay in the archive (OCTRIAGE_DESTINATIONS)');
  }
}
