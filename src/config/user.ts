import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { isRole, ROLE_NAMES, type Role } from '../values/role.js';
import type { Parsed } from './problem.js';

/** Somebody who may use the HTTP side with a name and a password. */
export interface User {
  readonly name: string;
  readonly role: Role;
  /** `salt.key`, both base64url: scrypt (RFC 7914), never the password itself. */
  readonly passwordHash: string;
}

const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
const HASH_PATTERN = /^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** Cost of scrypt: 2^15 blocks of 1 KiB take about 0.1 s, which no login notices and every guess pays. */
const SCRYPT = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/** Reads `name:role:hash`; `octriage password` makes the hash. */
export function parseUser(text: string): Parsed<User> {
  const [name = '', role, passwordHash = '', ...rest] = text.split(':');
  if (rest.length > 0 || !NAME_PATTERN.test(name)) {
    return { problem: `a user is given as name:role:hash, and a name has letters, digits or ._@-` };
  }
  if (!isRole(role)) {
    return { problem: `the role of user '${name}' is not one of ${ROLE_NAMES.join(', ')}` };
  }
  if (!HASH_PATTERN.test(passwordHash)) {
    return { problem: `user '${name}' has no password hash as 'octriage password' makes it` };
  }
  return { value: { name, role, passwordHash } };
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt);
  return `${salt.toString('base64url')}.${key.toString('base64url')}`;
}

/** Compares in constant time, off the event loop. It costs about 0.1 s, so callers keep the answer for a while. */
export async function isPassword(password: string, passwordHash: string): Promise<boolean> {
  const [salt = '', key = ''] = passwordHash.split('.');
  const given = await derive(password, Buffer.from(salt, 'base64url'));
  return timingSafeEqual(given, Buffer.from(key, 'base64url'));
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, SCRYPT, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
