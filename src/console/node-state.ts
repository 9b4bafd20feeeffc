import { Router } from 'express';
import type { SettingRow } from '../config/setting-rows.js';
import { requirePermission } from '../http/identity.js';
import type { NodeState } from './model.js';

export interface NodePorts {
  readonly state: () => Promise<NodeState>;
  readonly settings: () => readonly SettingRow[];
}

/** `/api/node`: the node itself; `/api/settings`: its settings, made from the manifest. */
export function nodeRouter({ state, settings }: NodePorts): Router {
  const router = Router();
  router.get('/api/node', requirePermission('operate'), async (_request, response) => {
    response.set('Cache-Control', 'no-store').json(await state());
  });
  router.get('/api/settings', requirePermission('configure'), (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ settings: settings() });
  });
  return router;
}
