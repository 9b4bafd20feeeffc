import type { RequestHandler, Response } from 'express';
import { randomUUID } from 'node:crypto';

const HEADER = 'X-Request-Id';
const LOCAL = 'requestId';

/** Gives every request an id of ours and tells it in the answer. One that the client brings is not taken: it may hold anything. */
export const giveRequestId: RequestHandler = (_request, response, next) => {
  const id = randomUUID();
  response.locals[LOCAL] = id;
  response.set(HEADER, id);
  next();
};

/** The id under which log and traces know a request; a new one where none was given. */
export function requestIdOf(response: Response): string {
  const id: unknown = response.locals[LOCAL];
  return typeof id === 'string' ? id : randomUUID();
}
