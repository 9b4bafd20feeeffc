import type { Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { setIdentity, type Identity } from './identity.js';
import { isFromThisMachine } from './loopback.js';
import type { Passwords } from './passwords.js';
import { HttpProblem } from './problem.js';
import { SESSION_COOKIE, type Sessions } from './sessions.js';
import type { TokenVerifier } from './token.js';

/** How somebody may show who they are. */
export interface Authentication {
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly verifyToken?: TokenVerifier;
  /** Is there a user or an issuer at all? Without, only this machine itself is let in. */
  readonly configured: boolean;
}

const SESSION_PATTERN = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([A-Za-z0-9_-]{43})(?:;|$)`);
/** Who asks from this machine while nobody is configured: the one who installs it. */
const INSTALLER: Identity = { name: 'this machine', role: 'administrator', via: 'loopback' };
const FAILURES_PER_MINUTE = 20;
const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="OCTriage", charset="UTF-8"' };

/** Slows down guessing: an address that was refused too often waits. Answers other than 401 do not count. */
export function limitFailures(): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: FAILURES_PER_MINUTE,
    requestWasSuccessful: (_request, response) => response.statusCode !== 401,
    skipSuccessfulRequests: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: () => {
      throw new HttpProblem('OCT_HTTP_TOO_MANY');
    },
  });
}

/**
 * Finds out who asks: bearer token, name and password, or the console's session. Credentials that are wrong are refused;
 * none at all is no error here, since some routes are open (`requirePermission` says which are not).
 *
 * @throws HttpProblem 401 for wrong credentials.
 */
export function authenticate(authentication: Authentication): RequestHandler {
  return async (request, response, next) => {
    const identity = await identify(request, authentication);
    if (identity) setIdentity(response, identity);
    next();
  };
}

/** From elsewhere, a node on which nobody is configured says so instead of asking for a password that nobody has. */
export function refuseWhileOpen({ configured }: Authentication): RequestHandler {
  return (request, _response, next) => {
    if (!configured && !isFromThisMachine(request)) {
      throw new HttpProblem('OCT_HTTP_CLOSED', 'Set OCTRIAGE_USERS or OCTRIAGE_OIDC_ISSUER.');
    }
    next();
  };
}

async function identify(
  request: Request,
  { passwords, sessions, verifyToken, configured }: Authentication,
): Promise<Identity | undefined> {
  const [scheme = '', credentials = ''] = (request.headers.authorization ?? '').split(' ');
  switch (scheme.toLowerCase()) {
    case 'bearer': {
      const identity = await verifyToken?.(credentials);
      if (identity) return identity;
      throw new HttpProblem('OCT_HTTP_UNAUTHENTICATED', 'The token is not valid here.', {
        'WWW-Authenticate': 'Bearer error="invalid_token"',
      });
    }
    case 'basic': {
      const pair = Buffer.from(credentials, 'base64').toString('utf8');
      const colon = pair.indexOf(':');
      const name = pair.slice(0, colon);
      const role = await passwords.roleOf(name, pair.slice(colon + 1));
      if (role) return { name, role, via: 'basic' };
      throw new HttpProblem('OCT_HTTP_UNAUTHENTICATED', 'Name or password is wrong.', CHALLENGE);
    }
  }
  const session = SESSION_PATTERN.exec(request.headers.cookie ?? '')?.[1];
  const identity = session === undefined ? undefined : sessions.find(session);
  return identity ?? (!configured && isFromThisMachine(request) ? INSTALLER : undefined);
}
