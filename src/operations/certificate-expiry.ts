import { log } from './log.js';
import type { Readiness } from './health.js';
import { DAY } from '../values/units.js';

/** From so many days before its end on, the log warns. */
export const WARN_DAYS = 30;

/** Whole days until the end of validity; negative once it is over. */
export function daysLeft(validTo: Date, now = Date.now()): number {
  return Math.floor((validTo.getTime() - now) / DAY);
}

/** The condition of /readyz: an expired certificate is one that no peer will take. */
export function certificateReadiness(validTo: Date, now = Date.now()): Readiness {
  const days = daysLeft(validTo, now);
  return { name: 'tls', ready: days >= 0, reason: sentence(validTo, days) };
}

/** At start, at each renewal and once a day. */
export function logCertificate(validTo: Date, now = Date.now()): void {
  const days = daysLeft(validTo, now);
  const level = days < 0 ? 'error' : days < WARN_DAYS ? 'warn' : 'info';
  log(level, 'our TLS certificate', { reason: sentence(validTo, days), count: days });
}

function sentence(validTo: Date, days: number): string {
  const day = validTo.toISOString().slice(0, 10);
  return days < 0
    ? `our certificate expired on ${day}: renew OCTRIAGE_TLS_CERTIFICATE`
    : `our certificate is valid until ${day}, ${days} days left`;
}
