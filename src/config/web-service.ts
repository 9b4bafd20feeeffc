import { z } from 'zod';

/**
 * A DICOMweb service (PS3.18). Secrets stand in files of their own, read anew for each request: they are renewed
 * without a restart, and no table, log or dump of settings has them. With `https` our certificate is shown where it asks
 * for one (OCTRIAGE_TLS_CERTIFICATE), and its own must come from OCTRIAGE_TLS_CA.
 */
export interface WebService {
  /** The base URI, behind which `/studies` comes. */
  readonly url: string;
  readonly authentication?:
    | { readonly bearerTokenFile: string }
    | { readonly user: string; readonly passwordFile: string }
    | undefined;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A secret or a patient's scan must not cross a network in the clear. */
function isWebUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const secure = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
  return secure && [username, password, search, hash].every((part) => part === '');
}

export const WEB_SERVICE = {
  url: z
    .string()
    .refine(
      isWebUrl,
      'the URL is https:// (http:// only to this machine), without user, password and query',
    ),
  authentication: z
    .union([
      z.strictObject({ bearerTokenFile: z.string().min(1) }),
      z.strictObject({ user: z.string().regex(/^[^:]+$/), passwordFile: z.string().min(1) }),
    ])
    .optional(),
};
