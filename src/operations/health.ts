import { Router } from 'express';

/** One condition of being ready, with the sentence to show while it does not hold. */
export interface Readiness {
  readonly name: string;
  readonly ready: boolean;
  readonly reason: string;
}

/** Something that wants somebody's attention while the node still receives and reads. */
export interface Degradation {
  readonly name: string;
  readonly reason: string;
}

/**
 * `/healthz` (the process answers: 200) and `/readyz` (200 where everything holds, otherwise 503; both with the names of
 * the conditions; what is `degraded` does not make it unready, since restarting or avoiding the node would not mend it). They are open to everybody, since what restarts a node knows no password: so they hold no address, no
 * AE title and no patient data.
 */
export function healthRouter(
  readiness: () => readonly Readiness[],
  degradations: () => Promise<readonly Degradation[]>,
): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const conditions = readiness();
    const ready = conditions.every((condition) => condition.ready);
    const status = ready ? 'ready' : 'not ready';
    const degraded = await degradations();
    response.status(ready ? 200 : 503).json({ status, conditions, degraded });
  });
  return router;
}
