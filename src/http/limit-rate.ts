import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { identityOf } from './identity.js';
import { HttpProblem } from './problem.js';

/** Holds each user, or address of nobody known, to so many requests a minute; 0: to none. */
export function limitRate(perMinute: number): readonly RequestHandler[] {
  if (perMinute === 0) return [];
  return [
    rateLimit({
      windowMs: 60_000,
      limit: perMinute,
      keyGenerator: (request, response) =>
        identityOf(response)?.name ?? ipKeyGenerator(request.ip ?? ''),
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      handler: () => {
        throw new HttpProblem('OCT_HTTP_TOO_MANY', 'Too many requests; wait a minute.');
      },
    }),
  ];
}
