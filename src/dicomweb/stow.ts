import { Router, type Request, type Response } from 'express';
import { requestIdOf } from '../http/request-id.js';
import { identityOf, requirePermission } from '../http/identity.js';
import { HttpProblem } from '../http/problem.js';
import { DATA_SET_TYPES, negotiate, sendDataSet } from './answer.js';
import { bodyBatches } from './body.js';
import { parseMediaType, type MediaType } from './media-type.js';
import { multipartParts } from './multipart-reader.js';
import type { StorePort } from './ports.js';
import { storeObject, type StoredPart } from './store-object.js';
import { storeResponse } from './store-response.js';
import { serviceUrl, uidOf } from './urls.js';

export interface StoreLimits {
  /** Bytes of one request. */
  readonly requestSize: number;
  /** Requests at once; one more is answered 503 with Retry-After. */
  readonly requests: number;
}

/** A sender that says nothing for so long is cut off (ms). */
const SILENCE_LIMIT = 120_000;
/** After an error, so long the rest of a body is read and thrown away, so that the client sees the answer (ms). */
const REST_LIMIT = 5_000;
/** So many objects of a request may wait for the disk while the next one comes in. */
const MOST_FINISHING = 8;
const OBJECT = 'application/dicom';

export interface StowService {
  readonly router: Router;
  /** Takes no more requests and resolves when those in hand are answered. */
  drain(): Promise<void>;
}

/**
 * STOW-RS (PS3.18 10.5): Part 10 files, one as `application/dicom` or several as `multipart/related`. They go to the
 * archive as C-STORE's do: streamed to the disk, verbatim, and success only of what is durable (R4).
 */
export function stowService(port: StorePort, limits: StoreLimits): StowService {
  const running = new Set<Promise<void>>();
  let draining = false;
  const router = Router();

  router.post(
    ['/studies', '/studies/:study'],
    requirePermission('store'),
    async (request, response) => {
      if (draining || running.size >= limits.requests)
        throw new HttpProblem('OCT_HTTP_UNAVAILABLE', 'Too many requests at once, or stopping.', {
          'Retry-After': '5',
        });
      const handling = store(request, response, port, limits).catch((error: unknown) => {
        endBody(request, response);
        throw error;
      });
      const ended = handling.catch(() => undefined);
      running.add(ended);
      try {
        await handling;
      } finally {
        running.delete(ended);
      }
    },
  );
  return {
    router,
    async drain() {
      draining = true;
      await Promise.all(running);
    },
  };
}

async function store(
  request: Request,
  response: Response,
  port: StorePort,
  limits: StoreLimits,
): Promise<void> {
  const study = uidOf(request, 'study');
  const answerType = negotiate(request, DATA_SET_TYPES);
  const type = parseMediaType(request.headers['content-type'] ?? '');
  if (!isObjects(type)) throw new HttpProblem('OCT_HTTP_MEDIA_TYPE', TAKEN);
  if (Number(request.headers['content-length'] ?? 0) > limits.requestSize)
    throw new HttpProblem('OCT_HTTP_TOO_LARGE');
  request.setTimeout(SILENCE_LIMIT, () => request.destroy());

  const sender = {
    associationId: requestIdOf(response),
    callingAeTitle: identityOf(response)?.name ?? '',
  };
  const incoming = {
    ...sender,
    calledAeTitle: port.aeTitle,
    peerAddress: request.socket.remoteAddress ?? '',
    ...(study !== undefined && { studyInstanceUid: study }),
  };
  const body = bodyBatches(request, limits.requestSize);
  port.onRequest({ type: 'accepted', ...sender });
  const outcomes: Promise<StoredPart>[] = [];
  let whole = false;
  try {
    for await (const content of objectsOf(type, body)) {
      const finish = await storeObject(content, port, incoming);
      outcomes.push(finish());
      await outcomes.at(-MOST_FINISHING);
    }
    whole = true;
  } finally {
    await Promise.allSettled(outcomes);
    port.onRequest({ type: whole ? 'released' : 'aborted', ...sender });
  }
  if (outcomes.length === 0) throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'There is no object.');
  const answer = storeResponse(await Promise.all(outcomes), serviceUrl(request));
  sendDataSet(response, answerType, answer);
}

const TAKEN = `Send ${OBJECT}, or multipart/related; type="${OBJECT}".`;

function isObjects(type: MediaType | undefined): type is MediaType {
  if (type?.name === OBJECT) return true;
  const { type: ofParts = OBJECT } = type?.parameters ?? {};
  return type?.name === 'multipart/related' && ofParts.toLowerCase() === OBJECT;
}

async function* objectsOf(
  { name, parameters }: MediaType,
  body: AsyncGenerator<readonly Buffer[], void>,
): AsyncGenerator<AsyncGenerator<readonly Buffer[], void>, void> {
  if (name === OBJECT) {
    yield body;
    return;
  }
  for await (const { headers, content } of multipartParts(body, parameters['boundary'] ?? '')) {
    const type = parseMediaType(headers.get('content-type') ?? OBJECT);
    if (type?.name !== OBJECT) throw new HttpProblem('OCT_HTTP_MEDIA_TYPE', TAKEN);
    yield content;
  }
}

/** What still comes is thrown away for a while; then the connection ends. */
function endBody(request: Request, response: Response): void {
  if (request.complete) return;
  response.set('Connection', 'close');
  request.resume();
  setTimeout(() => request.destroy(), REST_LIMIT).unref();
}
