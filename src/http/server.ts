import express, { type Router } from 'express';
import helmet from 'helmet';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  authenticate,
  limitFailures,
  refuseWhileOpen,
  type Authentication,
} from './authenticate.js';
import { loginRouter } from './login.js';
import { answerProblems, notFound } from './problem.js';
import { giveRequestId } from './request-id.js';
import { sameOrigin, shareWith } from './same-origin.js';
import { serveUpgrades } from './upgrade.js';

/** Certificate and key in PEM, as `https` takes them. */
export interface HttpsIdentity {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

export interface HttpServerOptions {
  readonly bind: string;
  readonly port: number;
  /** HTTPS with this certificate; plain HTTP without. */
  readonly tls?: HttpsIdentity;
  readonly authentication: Authentication;
  /** Web pages of these origins may read from a browser. */
  readonly allowedOrigins: readonly string[];
  /** Answered to everybody, before anybody is asked for a name. */
  readonly open: readonly Router[];
  /** Answered to whom each route lets in (`requirePermission`). */
  readonly routers: readonly Router[];
  /** Told of errors that are not the client's, and in which request. */
  readonly onError: (error: unknown, requestId: string) => void;
}

export interface HttpServer {
  readonly port: number;
  readonly server: Server;
  renewIdentity(tls: HttpsIdentity): void;
  close(): Promise<void>;
}

/** In ms. */
const LONGEST_REQUEST = 60 * 60 * 1000;

/**
 * The one HTTP server of the node: security headers, who is asking, then the routers in their order; every error is a
 * problem (RFC 9457).
 *
 * @throws Error with code EADDRINUSE or EACCES where the port cannot be had.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { authentication, tls } = options;
  const secure = tls !== undefined;
  const app = express();
  app.disable('x-powered-by');
  app.use(giveRequestId);
  app.use(
    helmet({
      strictTransportSecurity: secure,
      contentSecurityPolicy: {
        directives: {
          'img-src': ["'self'", 'data:', 'blob:'],
          // Over plain HTTP the browser would ask for the page's own scripts by HTTPS.
          'upgrade-insecure-requests': secure ? [] : null,
        },
      },
    }),
  );
  for (const router of options.open) app.use(router);
  app.use(
    refuseWhileOpen(authentication),
    shareWith(options.allowedOrigins),
    sameOrigin(options.allowedOrigins),
    limitFailures(),
    authenticate(authentication),
    loginRouter(authentication, secure),
  );
  for (const router of options.routers) app.use(router);
  app.use(notFound, answerProblems(options.onError));

  const server = tls ? createTlsServer(tls, app) : createServer(app);
  serveUpgrades(server, app);
  // Node's five minutes are short for a study over a slow line; silence is each route's to judge.
  server.requestTimeout = LONGEST_REQUEST;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.bind, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    server,
    renewIdentity(identity) {
      if (server instanceof TlsServer) server.setSecureContext(identity);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
