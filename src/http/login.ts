import express, { Router, type CookieOptions } from 'express';
import { identityOf } from './identity.js';
import type { Authentication } from './authenticate.js';
import { HttpProblem } from './problem.js';
import { SESSION_COOKIE, SESSION_LIFETIME } from './sessions.js';
import { ROLES } from '../values/role.js';

/** `/api/session`: log in (POST name and password), who am I (GET), log out (DELETE). */
export function loginRouter({ passwords, sessions }: Authentication, secure: boolean): Router {
  const router = Router();
  const cookie: CookieOptions = { httpOnly: true, sameSite: 'strict', secure, path: '/' };
  router.get('/api/session', (_request, response) => {
    const identity = identityOf(response);
    if (identity === undefined) throw new HttpProblem('OCT_HTTP_UNAUTHENTICATED');
    response.json({ ...identity, permissions: ROLES[identity.role] });
  });
  router.post('/api/session', express.json({ limit: '4kb' }), async (request, response) => {
    const { name, password } = (request.body ?? {}) as { name?: unknown; password?: unknown };
    if (typeof name !== 'string' || typeof password !== 'string') {
      throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'Give name and password.');
    }
    const role = await passwords.roleOf(name, password);
    if (!role) throw new HttpProblem('OCT_HTTP_UNAUTHENTICATED', 'Name or password is wrong.');
    const token = sessions.begin({ name, role, via: 'session' });
    response
      .cookie(SESSION_COOKIE, token, { ...cookie, maxAge: SESSION_LIFETIME })
      .json({ name, role, via: 'session', permissions: ROLES[role] });
  });
  router.delete('/api/session', (request, response) => {
    const token = /octriage-session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
    if (token !== undefined) sessions.end(token);
    response.clearCookie(SESSION_COOKIE, cookie).sendStatus(204);
  });
  return router;
}
