import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TlsCredentials } from '../../config/tls-credentials.js';
import type { WebService } from '../../config/web-service.js';
import { DeliveryError } from '../errors.js';

/** A web service, with what we show it and how long we wait for it (ms). */
export interface WebPeer {
  readonly service: WebService;
  readonly credentials: TlsCredentials;
  readonly timeouts: { readonly connect: number; readonly idle: number };
}

export interface WebAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export interface WebQuestion {
  readonly method: 'GET' | 'POST';
  /** Behind the base URI, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array> | undefined;
}

/** DICOM JSON of a hundred objects has some 50 KiB. */
const LONGEST_ANSWER = 16 * 1024 * 1024;
/** So long a web service may take to say why it hangs up on us, in ms. */
const LAST_WORD = 250;

/**
 * One request on a connection of its own. `node:https` and not `fetch`: that takes neither a certificate of ours nor
 * authorities of the site without another package.
 * @throws DeliveryError where no answer came
 */
export async function webRequest(peer: WebPeer, question: WebQuestion): Promise<WebAnswer> {
  const { service, credentials, timeouts } = peer;
  const url = new URL(service.url.replace(/\/+$/, '') + question.path);
  const headers = { ...question.headers, ...(await authorization(service)) };
  const { identity, ca } = credentials;
  const options: RequestOptions = { method: question.method, headers, agent: false };
  const sent =
    url.protocol === 'https:'
      ? httpsRequest(url, {
          ...options,
          ...(identity && { cert: identity.certificate, key: identity.key }),
          ...(ca !== undefined && { ca }),
        })
      : httpRequest(url, options);
  const progress = { connected: false, bytes: 0 };
  const connecting = setTimeout(() => {
    sent.destroy(new Error('no connection in time'));
  }, timeouts.connect);
  sent.once('socket', (socket) => {
    socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      progress.connected = true;
      clearTimeout(connecting);
      socket.setTimeout(timeouts.idle, () => {
        sent.destroy(new Error('nothing sent or received in time'));
      });
    });
  });
  const answer = new Promise<WebAnswer>((resolve, reject) => {
    sent.once('response', (response) => {
      wholeBody(response).then((body) => {
        resolve({ status: response.statusCode ?? 0, body });
      }, reject);
    });
    sent.once('error', reject);
  });
  answer.catch(() => undefined); // it is awaited below, maybe after the body has failed
  try {
    await pipeline(
      Readable.from(
        counted(question.body ?? nothing(), (bytes) => {
          progress.bytes += bytes;
        }),
      ),
      sent,
    );
    return await answer;
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    // Who refuses a request may answer and hang up before it has read it all.
    const early = progress.connected ? await within(answer, LAST_WORD) : undefined;
    if (early) return early;
    throw new DeliveryError(
      progress.connected && (progress.bytes > 0 || question.method === 'GET')
        ? 'OCT_STOW_NO_RESPONSE'
        : 'OCT_STOW_UNREACHABLE',
      codeOf(error),
    );
  } finally {
    clearTimeout(connecting);
    sent.destroy();
  }
}

async function authorization({ authentication }: WebService): Promise<Record<string, string>> {
  if (authentication === undefined) return {};
  try {
    if ('bearerTokenFile' in authentication) {
      const token = (await readFile(authentication.bearerTokenFile, 'utf8')).trim();
      return { authorization: `Bearer ${token}` };
    }
    const password = (await readFile(authentication.passwordFile, 'utf8')).replace(/\r?\n$/, '');
    const pair = Buffer.from(`${authentication.user}:${password}`, 'utf8').toString('base64');
    return { authorization: `Basic ${pair}` };
  } catch (error) {
    throw new DeliveryError('OCT_STOW_CREDENTIALS', `its file: ${codeOf(error)}`);
  }
}

async function* nothing(): AsyncIterable<Uint8Array> {
  // A request without a body.
}

async function* counted(
  body: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  for await (const chunk of body) {
    count(chunk.length);
    yield chunk;
  }
}

async function wholeBody(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LONGEST_ANSWER) throw new Error('the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([promise.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error ? String(error.code) : error.message;
}
