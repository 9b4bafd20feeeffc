import { Router, type Request, type Response } from 'express';
import type { Part10Header } from '../../dicom/part10.js';
import { requirePermission } from '../../http/identity.js';
import { HttpProblem } from '../../http/problem.js';
import { acceptedBy } from '../answer.js';
import { frameNumbers } from '../frames.js';
import type { Headers } from '../headers.js';
import { matches } from '../media-type.js';
import { sendMultipart, sendSingle, type Payload } from '../multipart-writer.js';
import type { RetrievePort, StoredObject } from '../ports.js';
import { INSTANCE, objectsOf, SERIES, STUDY } from '../retrieve.js';
import { instanceUrl, serviceUrl } from '../urls.js';
import { renderingParameters, type RenderingParameters, type Viewport } from './parameters.js';
import { PICTURE_TYPES, type PictureType, type RenderPort } from './ports.js';
import { paint, shadesOf } from './shades.js';

const THUMBNAIL: Viewport = { width: 256, height: 256 };
const PAINTED = 0.6;

interface Frame {
  readonly object: StoredObject;
  readonly header: Part10Header;
  readonly number: number;
}

interface Wanted {
  readonly type: PictureType;
  readonly multipart: boolean;
}

/**
 * Rendered resources and thumbnails (PS3.18 10.4.1.1.3, 10.4.1.1.4): frames as JPEG or PNG, with the tissues of the active
 * result where `annotation=tissues` asks for them (decision 95). Several frames are multipart/related; who takes a
 * single picture of several gets the one in the middle.
 */
export function renderedRouter(
  retrieve: RetrievePort,
  render: RenderPort,
  headers: Headers,
): Router {
  const router = Router();
  const permitted = requirePermission('see-patients');

  /** The frames of objects that have pixels. */
  async function framesOf(
    objects: readonly StoredObject[],
    text?: string,
  ): Promise<readonly Frame[]> {
    const frames: Frame[] = [];
    for (const object of objects) {
      const header = await headers.read(object.path);
      const { dataSet, pixelData } = header;
      if (pixelData === undefined && text === undefined) continue;
      const count = dataSet.number('NumberOfFrames') ?? 1;
      const numbers =
        text === undefined
          ? Array.from({ length: count }, (_, i) => i + 1)
          : frameNumbers(text, header);
      for (const number of numbers) frames.push({ object, header, number });
    }
    return frames;
  }

  async function payloadOf(
    { object, header, number }: Frame,
    type: PictureType,
    parameters: RenderingParameters,
    request: Request,
    response: Response,
  ): Promise<Payload> {
    const read = await retrieve.readFrames(object.path, header, [number]);
    const pixels = 'frames' in read ? read.frames[0] : undefined;
    const shades =
      pixels === undefined
        ? 'a frame that cannot be decoded is not rendered'
        : shadesOf(header.dataSet, number, pixels, parameters.window);
    if (typeof shades === 'string') throw new HttpProblem('OCT_HTTP_NOT_ACCEPTABLE', `${shades}.`);
    if (parameters.tissues) {
      const overlay = await render.tissuesOf(object.sopInstanceUid, number);
      const fits = overlay?.labels.length === shades.rows * shades.columns;
      if (overlay !== undefined && fits)
        paint(shades, (pixel) => overlay.colours[overlay.labels[pixel]!], PAINTED);
      else if (!response.headersSent)
        warn(response, request, 'There are no tissues of this frame.');
    }
    return {
      type,
      location: `${instanceUrl(serviceUrl(request), object)}/frames/${String(number)}/rendered`,
      bytes: await render.picture(shades, type, parameters),
    };
  }

  async function answer(
    request: Request,
    response: Response,
    frames: readonly Frame[],
    parameters: RenderingParameters,
    one = false,
  ): Promise<void> {
    const { type, multipart } = wanted(request, one || frames.length === 1);
    const middle = frames[Math.floor(frames.length / 2)];
    if (middle === undefined)
      throw new HttpProblem('OCT_HTTP_NOT_ACCEPTABLE', 'There is nothing with pixels to render.');
    if (parameters.unknownAnnotations.length > 0)
      warn(response, request, 'The following annotations are not supported: other than tissues.');
    response.set('Cache-Control', 'private, max-age=60');
    const payload = (frame: Frame): Promise<Payload> =>
      payloadOf(frame, type, parameters, request, response);
    if (!multipart) {
      await sendSingle(response, await payload(middle));
      return;
    }
    const [first, ...others] = one ? [middle] : frames;
    // The first one before the head of the answer, so that what cannot be had is still an answer.
    const begun = await payload(first!);
    await sendMultipart(response, type, inTurn(begun, others, payload));
  }

  for (const path of [STUDY, SERIES, INSTANCE]) {
    router.get(`${path}/rendered`, permitted, async (request, response) => {
      const parameters = renderingParameters(request);
      await answer(
        request,
        response,
        await framesOf(await objectsOf(request, retrieve)),
        parameters,
      );
    });
    router.get(`${path}/thumbnail`, permitted, async (request, response) => {
      const parameters = { viewport: THUMBNAIL, ...renderingParameters(request) };
      const frames = await framesOf((await objectsOf(request, retrieve)).slice(0, MOST_LOOKED_AT));
      const [first] = frames;
      const ofOne = frames.filter(({ object }) => object === first?.object);
      await answer(request, response, ofOne, parameters, true);
    });
  }
  router.get(`${INSTANCE}/frames/:frames/rendered`, permitted, async (request, response) => {
    const parameters = renderingParameters(request);
    const text = String(request.params['frames']);
    const frames = await framesOf(await objectsOf(request, retrieve), text);
    const { multipart } = wanted(request, frames.length === 1);
    if (!multipart && frames.length > 1)
      throw new HttpProblem('OCT_HTTP_NOT_ACCEPTABLE', 'Several frames are multipart/related.');
    await answer(request, response, frames, parameters);
  });
  router.get(`${INSTANCE}/frames/:frames/thumbnail`, permitted, async (request, response) => {
    const parameters = { viewport: THUMBNAIL, ...renderingParameters(request) };
    const frames = await framesOf(
      await objectsOf(request, retrieve),
      String(request.params['frames']),
    );
    await answer(request, response, frames.slice(0, 1), parameters, true);
  });
  return router;
}

/** A study's thumbnail is of one of its first objects: none of the others is opened for it. */
const MOST_LOOKED_AT = 8;

/**
 * What the client takes, best first; JPEG where it takes anything. Several frames go as multipart where that is taken.
 * @throws HttpProblem OCT_HTTP_NOT_ACCEPTABLE
 */
function wanted(request: Request, single: boolean): Wanted {
  for (const { name, parameters } of acceptedBy(request)) {
    const anything = name === '*/*';
    const multipart = matches(name, 'multipart/related');
    const range = multipart ? (parameters['type']?.toLowerCase() ?? '*/*') : name;
    const type = PICTURE_TYPES.find((one) => matches(range, one));
    if (type !== undefined) return { type, multipart: anything ? !single : multipart };
  }
  throw new HttpProblem('OCT_HTTP_NOT_ACCEPTABLE', `There is ${PICTURE_TYPES.join(', ')}.`);
}

function warn(response: Response, request: Request, text: string): void {
  response.append('Warning', `299 ${serviceUrl(request)}: ${text}`);
}

async function* inTurn(
  first: Payload,
  others: readonly Frame[],
  payload: (frame: Frame) => Promise<Payload>,
): AsyncGenerator<Payload, void> {
  yield first;
  for (const other of others) yield await payload(other);
}
