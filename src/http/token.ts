import { createRemoteJWKSet, jwtVerify } from 'jose';
import { isRole, type Role } from '../values/role.js';
import type { Identity } from './identity.js';

/** The OpenID Connect issuer whose bearer tokens are taken. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** The claim that lists roles. */
  readonly roleClaim: string;
}

const PREFIX = 'octriage:';
/** Roles from the mightiest down: who has several acts with the first. */
const MIGHTIEST_FIRST: readonly Role[] = ['administrator', 'operator', 'machine', 'viewer'];

export type TokenVerifier = (token: string) => Promise<Identity | undefined>;

/**
 * Verifies bearer tokens against the keys that the issuer publishes (OpenID Connect Discovery 1.0 §4). A token that is
 * not valid, or whose roles are none of ours, gives undefined.
 */
export function tokenVerifier({ issuer, audience, roleClaim }: TokenIssuer): TokenVerifier {
  let keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;
  return async (token) => {
    keys ??= discoverKeys(issuer);
    try {
      const { payload } = await jwtVerify(token, await keys, { issuer, audience });
      const role = mightiestRole(payload[roleClaim]);
      return role && { name: payload.sub ?? 'unnamed', role, via: 'token' };
    } catch (error) {
      // A discovery that failed is tried again with the next token.
      if (!isJoseError(error)) keys = undefined;
      return undefined;
    }
  };
}

async function discoverKeys(issuer: string): Promise<ReturnType<typeof createRemoteJWKSet>> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(address, { signal: AbortSignal.timeout(5000) });
  const configuration = (await response.json()) as { jwks_uri?: unknown };
  if (typeof configuration.jwks_uri !== 'string') throw new Error(`${address} names no jwks_uri`);
  return createRemoteJWKSet(new URL(configuration.jwks_uri));
}

function mightiestRole(claim: unknown): Role | undefined {
  const named: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  const roles = named
    .map((value) => (typeof value === 'string' ? value.replace(PREFIX, '') : value))
    .filter(isRole);
  return MIGHTIEST_FIRST.find((role) => roles.includes(role));
}

function isJoseError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_J');
}
