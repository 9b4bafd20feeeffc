import type { NotificationTarget } from '../../config/notification.js';
import type { NotificationFact } from '../../values/notification.js';
import { DeliveryError, type DeliveryErrorCode } from '../errors.js';
import { webRequest, type WebPeer } from '../web/web-request.js';
import { notifiedAttributes } from './attributes.js';
import { diagnosticReport, reportIdentifier } from './diagnostic-report.js';
import type { NotificationOutcome } from './notification-runner.js';
import { secretOf, signedHeaders, webhookBody } from './webhook.js';

/** What a status of HTTP means that is no success (RFC 9110); others from 500 on are busy, the rest is refused. */
const HTTP_ERRORS: Readonly<Record<number, DeliveryErrorCode>> = {
  401: 'OCT_NOTIFICATION_CREDENTIALS',
  403: 'OCT_NOTIFICATION_CREDENTIALS',
  407: 'OCT_NOTIFICATION_CREDENTIALS',
  408: 'OCT_NOTIFICATION_BUSY',
  409: 'OCT_NOTIFICATION_BUSY', // an earlier attempt of ours may be in its hands
  423: 'OCT_NOTIFICATION_BUSY',
  425: 'OCT_NOTIFICATION_BUSY',
  429: 'OCT_NOTIFICATION_BUSY',
};

/** Tells one target of one fact. Never rejects; what the receiver writes is not read. */
export async function sendNotification(
  target: NotificationTarget,
  peer: WebPeer,
  fact: NotificationFact,
  environment: Readonly<Record<string, string | undefined>>,
  now: () => number = Date.now,
): Promise<NotificationOutcome> {
  try {
    const attributes = await notifiedAttributes(fact, target.include);
    const { path, type, headers, body } =
      target.kind === 'webhook'
        ? await webhookQuestion(target, fact, webhookBody(fact, attributes), environment, now())
        : fhirQuestion(fact, JSON.stringify(diagnosticReport(fact, attributes)));
    const bytes = Buffer.from(body, 'utf8');
    const { status } = await webRequest(peer, {
      method: 'POST',
      path,
      headers: { ...headers, 'content-type': type, 'content-length': String(bytes.length) },
      body: once(bytes),
    });
    if (status >= 200 && status < 300) return { kind: 'taken', status };
    const code = HTTP_ERRORS[status] ?? (status >= 500 ? BUSY : 'OCT_NOTIFICATION_REFUSED');
    return notTaken(new DeliveryError(code, `HTTP ${status}`), status);
  } catch (error) {
    return notTaken(named(error));
  }
}

const BUSY = 'OCT_NOTIFICATION_BUSY';

interface Question {
  readonly path: string;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function webhookQuestion(
  target: Extract<NotificationTarget, { kind: 'webhook' }>,
  { key }: NotificationFact,
  body: string,
  environment: Parameters<typeof secretOf>[1],
  now: number,
): Promise<Question> {
  const headers = signedHeaders(key, body, await secretOf(target, environment), now);
  // `webRequest` takes the slash for the end of a base URI; here it is part of the address.
  return { path: target.url.endsWith('/') ? '/' : '', type: 'application/json', headers, body };
}

/** A conditional create (FHIR R4, 3.1.0.8.1): the server makes it only where it has none of this identifier. */
function fhirQuestion(fact: NotificationFact, body: string): Question {
  const { system, value } = reportIdentifier(fact);
  const headers = {
    accept: 'application/fhir+json',
    prefer: 'return=minimal',
    'if-none-exist': `identifier=${encodeURIComponent(`${system}|${value}`)}`,
  };
  return { path: '/DiagnosticReport', type: 'application/fhir+json', headers, body };
}

function notTaken(error: DeliveryError, status?: number): NotificationOutcome {
  const { failure, code, message: reason } = error;
  return { kind: 'not-taken', failure, code, reason, status };
}

/** The errors of a request are named for STOW-RS; here it is a receiver of notifications that does not answer. */
function named(error: unknown): DeliveryError {
  if (!(error instanceof DeliveryError)) {
    return new DeliveryError('OCT_NOTIFICATION_UNREACHABLE', 'unexpected error');
  }
  if (!error.code.startsWith('OCT_STOW_')) return error;
  const code =
    error.code === 'OCT_STOW_CREDENTIALS'
      ? 'OCT_NOTIFICATION_CREDENTIALS'
      : 'OCT_NOTIFICATION_UNREACHABLE';
  return new DeliveryError(code, /\(([^()]*)\)$/.exec(error.message)?.[1] ?? error.code);
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes);
}
