import { Router, type Request, type Response } from 'express';
import { requirePermission } from '../http/identity.js';
import { HttpProblem } from '../http/problem.js';
import { JSON_TYPES, negotiate } from './answer.js';
import { explicitForm } from './explicit-form.js';
import { frameNumbers, framesOf } from './frames.js';
import { Headers } from './headers.js';
import { metadataOf } from './metadata.js';
import { fileBytes, sendMultipart, sendSingle, type Payload } from './multipart-writer.js';
import type { RetrievePort, StoredObject } from './ports.js';
import { bulkDataOf } from './bulk-data.js';
import { EXPLICIT, OBJECT, OCTETS, representFrames, representObjects } from './representation.js';
import { instanceUrl, serviceUrl, uidOf } from './urls.js';

export const STUDY = '/studies/:study';
export const SERIES = `${STUDY}/series/:series`;
export const INSTANCE = `${SERIES}/instances/:instance`;

/** WADO-RS (PS3.18 10.4): objects, their metadata, frames and bulk data, of what was received and what was made here. */
export function retrieveRouter(port: RetrievePort, headers = new Headers()): Router {
  const router = Router();
  const permitted = requirePermission('see-patients');

  router.get([STUDY, SERIES, INSTANCE], permitted, async (request, response) => {
    const objects = await objectsOf(request, port);
    const stored = objects.map(({ transferSyntaxUid }) => transferSyntaxUid);
    const { multipart, form } = representObjects(request, stored);
    const service = serviceUrl(request);
    const payload = async (object: StoredObject): Promise<Payload> => {
      const explicit = form === 'explicit';
      const syntax = explicit ? EXPLICIT : object.transferSyntaxUid;
      return {
        type: `${OBJECT}; transfer-syntax=${syntax}`,
        location: instanceUrl(service, object),
        bytes: explicit ? await explicitForm(object, port) : fileBytes(object.path),
      };
    };
    // The first one before the head of the answer, so that what cannot be had is still an answer.
    const [first, ...others] = objects;
    const firstPayload = await payload(first!);
    if (multipart) await sendMultipart(response, OBJECT, inTurn(firstPayload, others, payload));
    else await sendSingle(response, firstPayload);
  });

  router.get(
    [`${STUDY}/metadata`, `${SERIES}/metadata`, `${INSTANCE}/metadata`],
    permitted,
    async (request, response) => {
      const type = negotiate(request, JSON_TYPES);
      const objects = await objectsOf(request, port);
      response.type(type);
      await sendJsonList(response, async function* () {
        for (const object of objects) {
          const header = await headers.read(object.path);
          yield JSON.stringify(metadataOf(header, object, serviceUrl(request)));
        }
      });
    },
  );

  router.get(`${INSTANCE}/frames/:frames`, permitted, async (request, response) => {
    const object = await objectOf(request, port);
    const header = await headers.read(object.path);
    const numbers = frameNumbers(String(request.params['frames']), header);
    const { multipart, form, type } = representFrames(
      request,
      object.transferSyntaxUid,
      numbers.length,
    );
    const location = `${instanceUrl(serviceUrl(request), object)}/frames/`;
    const frames = await framesOf(object, header, numbers, form, port);
    const payloads = frames.map((bytes, i) => ({
      type,
      location: `${location}${String(numbers[i])}`,
      bytes,
    }));
    await sendAll(response, multipart, type, payloads);
  });

  router.get(`${INSTANCE}/bulkdata/*path`, permitted, async (request, response) => {
    const object = await objectOf(request, port);
    const header = await headers.read(object.path);
    const path = request.params['path'] as unknown as readonly string[];
    const single = negotiate(request, ['multipart/related', OCTETS]) === OCTETS;
    const bytes = await bulkDataOf(object, header, path, port);
    await sendAll(response, !single, OCTETS, [{ type: OCTETS, bytes }]);
  });
  return router;
}

async function sendAll(
  response: Response,
  multipart: boolean,
  type: string,
  payloads: readonly Payload[],
): Promise<void> {
  const [only] = payloads;
  const [partType = type] = type.split(';');
  if (multipart) await sendMultipart(response, partType, payloads);
  else if (only !== undefined) await sendSingle(response, only);
}

async function* inTurn<T>(
  first: Payload,
  others: readonly T[],
  payload: (other: T) => Promise<Payload>,
): AsyncGenerator<Payload, void> {
  yield first;
  for (const other of others) yield await payload(other);
}

async function sendJsonList(
  response: Response,
  items: () => AsyncGenerator<string, void>,
): Promise<void> {
  let separator = '[';
  for await (const item of items()) {
    if (!response.write(separator + item)) await drained(response);
    separator = ',';
  }
  response.end(separator === '[' ? '[]' : ']');
}

function drained(response: Response): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

/** What the path names. @throws HttpProblem OCT_HTTP_NOT_FOUND where there is nothing. */
export async function objectsOf(
  request: Request,
  port: RetrievePort,
): Promise<readonly StoredObject[]> {
  const [study = '', series, instance] = ['study', 'series', 'instance'].map((name) =>
    uidOf(request, name),
  );
  const objects = await port.find({
    studyInstanceUid: study,
    ...(series !== undefined && { seriesInstanceUid: series }),
    ...(instance !== undefined && { sopInstanceUid: instance }),
  });
  if (objects.length === 0) throw new HttpProblem('OCT_HTTP_NOT_FOUND');
  return objects;
}

async function objectOf(request: Request, port: RetrievePort): Promise<StoredObject> {
  const [object] = await objectsOf(request, port);
  return object!;
}
