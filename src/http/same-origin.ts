import type { RequestHandler } from 'express';
import { HttpProblem } from './problem.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what a page of another origin makes a browser send: a browser adds cookies and passwords by itself, and names
 * the page in `Origin`. Programs that are no browsers send no `Origin`.
 */
export function sameOrigin(allowed: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const { origin, host } = request.headers;
    if (
      !SAFE_METHODS.has(request.method) &&
      origin !== undefined &&
      !allowed.includes(origin) &&
      hostOf(origin) !== host
    ) {
      throw new HttpProblem('OCT_HTTP_FORBIDDEN', 'A page of another origin may not do this.');
    }
    next();
  };
}

/** Cross-Origin Resource Sharing for the origins of the setting: web viewers that read DICOMweb from a browser. */
export function shareWith(allowed: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const { origin } = request.headers;
    if (origin === undefined || !allowed.includes(origin)) {
      next();
      return;
    }
    response.set({
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Credentials': 'true',
      'Access-Control-Expose-Headers': 'Content-Type, Content-Location, Warning',
      Vary: 'Origin',
    });
    if (request.method !== 'OPTIONS') {
      next();
      return;
    }
    response
      .set({
        'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE',
        'Access-Control-Allow-Headers': 'Authorization, Content-Type, Accept',
        'Access-Control-Max-Age': '600',
      })
      .sendStatus(204);
  };
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
