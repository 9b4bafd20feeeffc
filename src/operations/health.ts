import { Router } from 'express';

/** One condition of being ready, with the sentence to show while it does not hold. */
export interface Readiness {
  readonly name: string;
  readonly ready: boolean;
  readonly reason: string;
}

/**
 * `/healthz` (the process answers: 200) and `/readyz` (200 where everything holds, otherwise 503; both with the names of
 * the conditions). They are open to everybody, since what restarts a node knows no password: so they hold no address, no
 * AE title and no patient data.
 */
export function healthRouter(readiness: () => readonly Readiness[]): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', (_request, response) => {
    const conditions = readiness();
    const ready = conditions.every((condition) => condition.ready);
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', conditions });
  });
  return router;
}
