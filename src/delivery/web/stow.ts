import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { DeliveryError, failureOf, type DeliveryErrorCode } from '../errors.js';
import { DUPLICATE_SOP_INSTANCE, type SendOutcome } from '../outcome-table.js';
import { webRequest, type WebAnswer, type WebPeer } from './web-request.js';

/** An object to store: a Part 10 file as it lies on disk. */
export interface StowObject {
  readonly path: string;
  readonly sopInstanceUid: string;
}

/** What a status of HTTP means where the answer does not say what became of each object (PS3.18 10.5.3, RFC 9110). */
const HTTP_ERRORS: Readonly<Record<number, DeliveryErrorCode>> = {
  401: 'OCT_STOW_CREDENTIALS',
  403: 'OCT_STOW_CREDENTIALS',
  407: 'OCT_STOW_CREDENTIALS',
  408: 'OCT_STOW_BUSY',
  413: 'OCT_STOW_TOO_LARGE',
  415: 'OCT_STOW_MEDIA_TYPE',
  423: 'OCT_STOW_BUSY',
  425: 'OCT_STOW_BUSY',
  429: 'OCT_STOW_BUSY',
  501: 'OCT_STOW_REFUSED',
  505: 'OCT_STOW_REFUSED',
};

/** Statuses that one object of several may be the cause of: each is then sent alone. */
const OF_ONE_OBJECT: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/**
 * STOW-RS (PS3.18 10.5): stores objects by one request, whose body is streamed from their files. Never rejects; the
 * outcomes come in the order of the objects, with the statuses of C-STORE, which Failure Reason takes over.
 */
export async function stow(
  peer: WebPeer,
  objects: readonly StowObject[],
): Promise<readonly SendOutcome[]> {
  let answer: WebAnswer;
  try {
    answer = await post(peer, objects);
  } catch (error) {
    const known =
      error instanceof DeliveryError ? error : new DeliveryError('OCT_STOW_FILE', 'unreadable');
    if (known.code !== 'OCT_STOW_FILE' || objects.length === 1) {
      return objects.map(() => failureOf(known));
    }
    return alone(peer, objects);
  }
  if (objects.length > 1 && OF_ONE_OBJECT.has(answer.status)) return alone(peer, objects);
  const said = readAnswer(answer.body);
  return objects.map(({ sopInstanceUid }) => outcomeOf(answer.status, said.get(sopInstanceUid)));
}

async function alone(
  peer: WebPeer,
  objects: readonly StowObject[],
): Promise<readonly SendOutcome[]> {
  const outcomes: SendOutcome[] = [];
  for (const object of objects) outcomes.push(...(await stow(peer, [object])));
  return outcomes;
}

function outcomeOf(http: number, said: number | undefined): SendOutcome {
  if (said !== undefined) return { kind: 'answered', status: said };
  if (http === 200) return { kind: 'answered', status: 0 }; // all representations were stored
  if (http === 409) return { kind: 'answered', status: DUPLICATE_SOP_INSTANCE }; // R34
  const code =
    HTTP_ERRORS[http] ??
    (http >= 500 ? 'OCT_STOW_BUSY' : http >= 300 ? 'OCT_STOW_REFUSED' : 'OCT_STOW_ANSWER');
  return failureOf(new DeliveryError(code, `HTTP ${http}`));
}

async function post(peer: WebPeer, objects: readonly StowObject[]): Promise<WebAnswer> {
  const boundary = `octriage-${randomUUID()}`;
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`;
  const tail = `--${boundary}--\r\n`;
  let length = tail.length;
  for (const { path } of objects) {
    const { size } = await stat(path).catch(() => {
      throw new DeliveryError('OCT_STOW_FILE', 'it is not there');
    });
    length += head.length + size + 2;
  }
  async function* body(): AsyncIterable<Uint8Array> {
    for (const { path } of objects) {
      yield Buffer.from(head);
      yield* createReadStream(path) as AsyncIterable<Buffer>;
      yield Buffer.from('\r\n');
    }
    yield Buffer.from(tail);
  }
  return webRequest(peer, {
    method: 'POST',
    path: '/studies',
    headers: {
      accept: 'application/dicom+json',
      'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
      'content-length': String(length),
    },
    body: body(),
  });
}

const value = <T extends z.ZodType>(item: T) =>
  z.looseObject({ Value: z.array(item).optional() }).optional();
const sequence = z.looseObject({
  Value: z
    .array(
      z.looseObject({
        '00081155': value(z.string()), // Referenced SOP Instance UID
        '00081196': value(z.number()), // Warning Reason
        '00081197': value(z.number()), // Failure Reason
      }),
    )
    .optional(),
});
/** The Store Instances Response Module (PS3.18 Table I.1-1) in DICOM JSON. */
const storeAnswer = z.looseObject({
  '00081198': sequence.optional(), // Failed SOP Sequence
  '00081199': sequence.optional(), // Referenced SOP Sequence
});

const PROCESSING_FAILURE = 0x0110;

/** The status of each object that the answer names. */
function readAnswer(body: Buffer): ReadonlyMap<string, number> {
  let parsed: z.infer<typeof storeAnswer>;
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    parsed = storeAnswer.parse(Array.isArray(json) ? json[0] : json);
  } catch {
    return new Map();
  }
  const statuses = new Map<string, number>();
  const items = (name: '00081198' | '00081199') => parsed[name]?.Value ?? [];
  for (const item of items('00081199')) {
    const uid = item['00081155']?.Value?.[0];
    if (uid !== undefined) statuses.set(uid, item['00081196']?.Value?.[0] ?? 0);
  }
  for (const item of items('00081198')) {
    const uid = item['00081155']?.Value?.[0];
    if (uid !== undefined) statuses.set(uid, item['00081197']?.Value?.[0] ?? PROCESSING_FAILURE);
  }
  return statuses;
}
