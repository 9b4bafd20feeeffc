import { createHmac, randomBytes } from 'node:crypto';
import { isPassword, type User } from '../config/user.js';
import type { Role } from '../values/role.js';

/** An answer is kept for so long, so that a viewer that loads a hundred frames pays for one; in ms. */
const KEPT_FOR = 5 * 60 * 1000;
/** A hash that no password has: an unknown name costs as much time as a wrong password. */
const NOBODY = `${'A'.repeat(22)}.${'A'.repeat(43)}`;

/** Checks names and passwords against the table of users. */
export class Passwords {
  readonly #secret = randomBytes(32);
  /** Keyed digests of pairs that were right, and until when they are believed. */
  readonly #known = new Map<string, number>();

  constructor(private readonly users: readonly User[]) {}

  /** The user's role; undefined where name or password is wrong. */
  async roleOf(name: string, password: string): Promise<Role | undefined> {
    const user = this.users.find((candidate) => candidate.name === name);
    const key = createHmac('sha256', this.#secret)
      .update(JSON.stringify([name, password]))
      .digest('base64');
    if (user && (this.#known.get(key) ?? 0) > Date.now()) return user.role;
    const right = await isPassword(password, user?.passwordHash ?? NOBODY);
    if (!right || user === undefined) return undefined;
    this.#known.set(key, Date.now() + KEPT_FOR);
    return user.role;
  }
}
