import { randomBytes } from 'node:crypto';
import type { Identity } from './identity.js';

export const SESSION_COOKIE = 'octriage-session';
/** A working day; in ms. */
export const SESSION_LIFETIME = 8 * 3600 * 1000;
const MAX_SESSIONS = 1000;

/**
 * Who has logged in on the console. Kept in memory: a restart asks everybody to log in again, and nothing that opens a
 * door lies on disk.
 */
export class Sessions {
  readonly #sessions = new Map<string, { readonly identity: Identity; readonly until: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** The new session's token, for the cookie. */
  begin(identity: Identity): string {
    for (const [token, { until }] of this.#sessions) {
      if (until <= this.now()) this.#sessions.delete(token);
    }
    if (this.#sessions.size >= MAX_SESSIONS) {
      const [oldest] = this.#sessions.keys();
      if (oldest !== undefined) this.#sessions.delete(oldest);
    }
    const token = randomBytes(32).toString('base64url');
    this.#sessions.set(token, {
      identity: { ...identity, via: 'session' },
      until: this.now() + SESSION_LIFETIME,
    });
    return token;
  }

  find(token: string): Identity | undefined {
    const session = this.#sessions.get(token);
    return session !== undefined && session.until > this.now() ? session.identity : undefined;
  }

  end(token: string): void {
    this.#sessions.delete(token);
  }
}
