import type { RequestHandler, Response } from 'express';
import { permits, type Permission, type Role } from '../values/role.js';
import { HttpProblem } from './problem.js';

/** Who is asking, and how we know. */
export interface Identity {
  readonly name: string;
  readonly role: Role;
  readonly via: 'loopback' | 'basic' | 'session' | 'token';
}

const LOCAL = 'identity';

export function setIdentity(response: Response, identity: Identity): void {
  response.locals[LOCAL] = identity;
}

/** The identity that `authenticate` found; undefined where there is none. */
export function identityOf(response: Response): Identity | undefined {
  return response.locals[LOCAL] as Identity | undefined;
}

export function may(response: Response, permission: Permission): boolean {
  const identity = identityOf(response);
  return identity !== undefined && permits(identity.role, permission);
}

/** Lets those pass whose role has the permission; the others get 401 or 403. */
export function requirePermission(permission: Permission): RequestHandler {
  return (_request, response, next) => {
    if (identityOf(response) === undefined) {
      throw new HttpProblem('OCT_HTTP_UNAUTHENTICATED');
    }
    if (!may(response, permission)) {
      throw new HttpProblem('OCT_HTTP_FORBIDDEN', `This needs the permission '${permission}'.`);
    }
    next();
  };
}
