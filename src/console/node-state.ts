import { Router } from 'express';
import type { SettingRow } from '../config/setting-rows.js';
import { requirePermission } from '../http/identity.js';
import { HttpProblem } from '../http/problem.js';
import type { DeviceProfileRow, ModelCardRow, NodeState } from './node-model.js';

export interface NodePorts {
  readonly state: () => Promise<NodeState>;
  readonly settings: () => readonly SettingRow[];
  readonly models: () => readonly ModelCardRow[];
  /** The whole card of a set. */
  readonly modelCard: (set: string) => string | undefined;
  readonly profiles: () => readonly DeviceProfileRow[];
}

/**
 * `/api/node`: the node itself; `/api/models`: the installed model sets and their cards; `/api/device-profiles`;
 * `/api/settings`, made from the manifest.
 */
export function nodeRouter({ state, settings, models, modelCard, profiles }: NodePorts): Router {
  const router = Router();
  const operate = requirePermission('operate');
  router.get('/api/node', operate, async (_request, response) => {
    response.set('Cache-Control', 'no-store').json(await state());
  });
  router.get('/api/models', operate, (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ sets: models() });
  });
  router.get('/api/models/:set/card', operate, (request, response) => {
    const text = modelCard(String(request.params['set']));
    if (text === undefined) throw new HttpProblem('OCT_HTTP_NOT_FOUND', 'It has no card.');
    response.set('Cache-Control', 'no-store').json({ text });
  });
  router.get('/api/device-profiles', operate, (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ profiles: profiles() });
  });
  router.get('/api/settings', requirePermission('configure'), (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ settings: settings() });
  });
  return router;
}
