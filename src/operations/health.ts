import express from 'express';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One condition of being ready, with the sentence to show while it does not hold. */
export interface Readiness {
  readonly name: string;
  readonly ready: boolean;
  readonly reason: string;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/healthz` (the process answers: 200) and `/readyz` (200 where everything holds, otherwise 503; both with the
 * conditions and their reasons).
 *
 * @throws Error with code EADDRINUSE or EACCES where the port cannot be had.
 */
export async function startHealthServer(
  bind: string,
  port: number,
  readiness: () => readonly Readiness[],
): Promise<HealthServer> {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', (_request, response) => {
    const conditions = readiness();
    const ready = conditions.every((condition) => condition.ready);
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', conditions });
  });
  app.use((_request, response) => {
    response.status(404).json({ error: 'OCT_HTTP_NOT_FOUND' });
  });
  const server = await new Promise<Server>((resolve, reject) => {
    const listening = app.listen(port, bind, (error) => {
      if (error) reject(error);
      else resolve(listening);
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
