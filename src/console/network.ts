import express, { Router } from 'express';
import type { AeAddress } from '../config/destination.js';
import { isAeDestination, parseAeAddress, showAeAddress } from '../config/destination.js';
import { requirePermission } from '../http/identity.js';
import { HttpProblem } from '../http/problem.js';
import type { EchoAnswer } from './model.js';
import { networkState, type NetworkSources } from './network-state.js';
import { body } from './tables.js';

export interface NetworkPorts extends NetworkSources {
  readonly echo: (address: AeAddress) => Promise<EchoAnswer>;
  /** Has a delivery tried again now; false where there is nothing to try. */
  readonly retry: (deliveryId: number) => Promise<boolean>;
}

/** `/api/network`: who may come in, where results go, who was refused, and what did not arrive. */
export function networkRouter(ports: NetworkPorts): Router {
  const router = Router();
  const operate = requirePermission('operate');
  router.get('/api/network', operate, async (_request, response) => {
    response.set('Cache-Control', 'no-store').json(await networkState(ports, true));
  });
  router.post('/api/network/echo', operate, express.json(), async (request, response) => {
    const { address } = body(request.body);
    const parsed = parseAeAddress(typeof address === 'string' ? address : '');
    if ('problem' in parsed) throw new HttpProblem('OCT_HTTP_BAD_REQUEST', parsed.problem);
    const { aeAddresses, destinations } = ports.current();
    // Only whom the tables name: the node is no tool to look for open ports with.
    const known = [...destinations.filter(isAeDestination), ...aeAddresses].find(
      (one) => showAeAddress(one) === showAeAddress(parsed.value),
    );
    if (known === undefined) {
      throw new HttpProblem('OCT_HTTP_NOT_FOUND', 'No entry of the tables has this address.');
    }
    response.json(await ports.echo(known));
  });
  router.post('/api/network/deliveries/:id/retry', operate, async (request, response) => {
    const again = await ports.retry(Number(request.params['id']));
    if (!again) throw new HttpProblem('OCT_HTTP_CONFLICT', 'It waits for nothing.');
    response.sendStatus(204);
  });
  return router;
}
