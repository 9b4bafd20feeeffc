import type { Router } from 'express';
import type { Settings } from '../config/settings-manifest.js';
import type { TlsCredentials } from '../config/tls-credentials.js';
import { Passwords } from '../http/passwords.js';
import { startHttpServer, type HttpServer, type HttpsIdentity } from '../http/server.js';
import { Sessions } from '../http/sessions.js';
import { tokenVerifier } from '../http/token.js';
import { errorFields, log } from '../operations/log.js';

/** What the HTTP side answers: to everybody, and to whom each route lets in. */
export interface HttpRouters {
  readonly open: readonly Router[];
  readonly routers: readonly Router[];
}

/** The node's HTTP server as the settings want it. */
export function startHttp(
  settings: Settings,
  credentials: TlsCredentials,
  { open, routers }: HttpRouters,
): Promise<HttpServer> {
  const { users, oidcIssuer, oidcAudience, oidcRoleClaim } = settings;
  const tls = settings.httpTls === 'on' ? httpsIdentity(credentials) : undefined;
  return startHttpServer({
    bind: settings.httpBind,
    port: settings.httpPort,
    ...(tls && { tls }),
    authentication: {
      passwords: new Passwords(users),
      sessions: new Sessions(),
      ...(oidcIssuer !== '' && {
        verifyToken: tokenVerifier({
          issuer: oidcIssuer,
          audience: oidcAudience,
          roleClaim: oidcRoleClaim,
        }),
      }),
      configured: users.length > 0 || oidcIssuer !== '',
    },
    allowedOrigins: settings.httpOrigins,
    open,
    routers,
    onError(error, requestId) {
      log('error', 'HTTP request failed', { requestId, ...errorFields(error) });
    },
  });
}

export function httpsIdentity({ identity }: TlsCredentials): HttpsIdentity | undefined {
  return identity && { cert: identity.certificate, key: identity.key };
}
