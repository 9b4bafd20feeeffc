import type { ErrorRequestHandler, RequestHandler } from 'express';
import { requestIdOf } from './request-id.js';

/** What the HTTP side answers where it cannot do what was asked: stable code, status and title (RFC 9457). */
export const HTTP_PROBLEMS = {
  OCT_HTTP_BAD_REQUEST: { status: 400, title: 'The request is not understood' },
  OCT_HTTP_UNAUTHENTICATED: { status: 401, title: 'Name and password, or a token, are needed' },
  OCT_HTTP_FORBIDDEN: { status: 403, title: 'Your role does not include this' },
  OCT_HTTP_CLOSED: { status: 403, title: 'Not open beyond this machine without authentication' },
  OCT_HTTP_NOT_FOUND: { status: 404, title: 'There is nothing here' },
  OCT_HTTP_NOT_ACCEPTABLE: { status: 406, title: 'None of the accepted media types can be given' },
  OCT_HTTP_CONFLICT: { status: 409, title: 'The present state does not allow it' },
  OCT_HTTP_GONE: { status: 410, title: 'It was here, and is no longer' },
  OCT_HTTP_TOO_LARGE: { status: 413, title: 'The request is larger than allowed' },
  OCT_HTTP_MEDIA_TYPE: { status: 415, title: 'This media type is not taken here' },
  OCT_HTTP_UPGRADE: { status: 426, title: 'This is answered over a WebSocket' },
  OCT_HTTP_TOO_MANY: { status: 429, title: 'Too many of them; wait a minute' },
  OCT_HTTP_INTERNAL: { status: 500, title: 'The node failed; the log has the reason' },
  OCT_HTTP_UNAVAILABLE: { status: 503, title: 'Not at present' },
  OCT_HTTP_NO_ROOM: { status: 507, title: 'The disk is full to its watermark' },
} as const;

export type HttpProblemCode = keyof typeof HTTP_PROBLEMS;

/** Thrown by a route; `detail` is shown to the client, so it never holds patient data. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';

  constructor(
    readonly code: HttpProblemCode,
    readonly detail: string = HTTP_PROBLEMS[code].title,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

export const notFound: RequestHandler = () => {
  throw new HttpProblem('OCT_HTTP_NOT_FOUND');
};

/** Codes of the body parsers of express, by their `type`. */
const PARSER_PROBLEMS: Readonly<Record<string, HttpProblemCode>> = {
  'entity.too.large': 'OCT_HTTP_TOO_LARGE',
  'entity.parse.failed': 'OCT_HTTP_BAD_REQUEST',
};

/** Errors as `application/problem+json`. What is not a problem of ours is reported and answered without its text. */
export function answerProblems(
  report: (error: unknown, requestId: string) => void,
): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      // Too late for a problem: what was begun is cut off, so that it does not look complete; express does that.
      report(error, requestIdOf(response));
      next();
      return;
    }
    const problem = problemOf(error);
    if (problem.code === 'OCT_HTTP_INTERNAL') report(error, requestIdOf(response));
    const { status, title } = HTTP_PROBLEMS[problem.code];
    response
      .status(status)
      .set(problem.headers)
      .type('application/problem+json')
      .send(JSON.stringify({ title, status, code: problem.code, detail: problem.detail }));
  };
}

function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  const code = typeof type === 'string' ? PARSER_PROBLEMS[type] : undefined;
  return new HttpProblem(code ?? 'OCT_HTTP_INTERNAL');
}
