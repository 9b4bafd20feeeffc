import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Webhook } from '../../config/notification.js';
import type { NotificationFact } from '../../values/notification.js';
import { PRODUCT, RESEARCH_USE_ONLY } from '../../values/product.js';
import { DeliveryError } from '../errors.js';
import type { NotifiedAttributes } from './attributes.js';

/** A shorter secret could be guessed: 24 bytes are what Standard Webhooks asks for. */
const SHORTEST_SECRET = 24;
/** Before a secret in base64, as Standard Webhooks writes it. */
const SECRET_PREFIX = 'whsec_';

/** What a webhook is told, as JSON. The same fact gives the same bytes. */
export function webhookBody(fact: NotificationFact, attributes: NotifiedAttributes): string {
  const { key, event, at, scan, revision, decision, laterality, destination, cause } = fact;
  return JSON.stringify({
    id: key,
    event,
    at,
    scan,
    revision,
    decision,
    laterality,
    destination,
    cause,
    ...(Object.keys(attributes).length > 0 && { attributes }),
    product: `${PRODUCT.name} ${PRODUCT.version}`,
    notice: RESEARCH_USE_ONLY,
  });
}

/**
 * The headers of Standard Webhooks (www.standardwebhooks.com, version 1): HMAC-SHA256 over id, time and body, so that
 * a receiver can tell who sent it, that nothing was changed, and that it is no old one sent again.
 */
export function signedHeaders(
  key: string,
  body: string,
  secret: Buffer,
  now: number,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', secret)
    .update(`${key}.${timestamp}.${body}`)
    .digest('base64');
  return {
    'webhook-id': key,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

/**
 * The secret of a webhook, read anew for each request: it is renewed without a restart.
 * @throws DeliveryError OCT_NOTIFICATION_SECRET, without the secret
 */
export async function secretOf(
  { secretFile, secretVariable }: Pick<Webhook, 'secretFile' | 'secretVariable'>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Buffer> {
  const text =
    secretFile === undefined
      ? environment[secretVariable ?? '']
      : await readFile(secretFile, 'utf8').catch(() => undefined);
  if (text === undefined) throw new DeliveryError('OCT_NOTIFICATION_SECRET', 'there is none');
  const trimmed = text.trim();
  const secret = trimmed.startsWith(SECRET_PREFIX)
    ? Buffer.from(trimmed.slice(SECRET_PREFIX.length), 'base64')
    : Buffer.from(trimmed, 'utf8');
  if (secret.length < SHORTEST_SECRET) {
    throw new DeliveryError('OCT_NOTIFICATION_SECRET', `shorter than ${SHORTEST_SECRET} bytes`);
  }
  return secret;
}
