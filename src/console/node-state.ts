import { Router } from 'express';
import type { Setting } from '../config/setting.js';
import { SETTINGS } from '../config/settings-manifest.js';
import { requirePermission } from '../http/identity.js';
import type { NodeState, SettingRow } from './model.js';

export interface NodePorts {
  readonly state: () => Promise<NodeState>;
  /** What was set, by variable; everything else has its default. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Read anew while the node runs. */
const LIVE: readonly string[] = [
  SETTINGS.tables,
  SETTINGS.tlsCertificate,
  SETTINGS.tlsKey,
  SETTINGS.tlsCa,
].map(({ variable }) => variable);
/** Hashes of passwords are no use to who reads the page, and of much use to who should not. */
const SECRET: readonly string[] = [SETTINGS.users.variable];

/** `/api/node`: the node itself; `/api/settings`: its settings, made from the manifest. */
export function nodeRouter({ state, environment }: NodePorts): Router {
  const router = Router();
  router.get('/api/node', requirePermission('operate'), async (_request, response) => {
    response.set('Cache-Control', 'no-store').json(await state());
  });
  router.get('/api/settings', requirePermission('configure'), (_request, response) => {
    const rows = Object.values<Setting<unknown>>(SETTINGS).map((one) => row(one, environment));
    response.set('Cache-Control', 'no-store').json({ settings: rows });
  });
  return router;
}

function row(
  { variable, group, help, kind, unit, default: byDefault }: Setting<unknown>,
  environment: NodePorts['environment'],
): SettingRow {
  const set = environment[variable];
  const secret = SECRET.includes(variable) && set !== undefined && set !== '';
  return {
    variable,
    group,
    help,
    form: kind.form,
    ...(unit !== undefined && { unit }),
    default: byDefault,
    value: secret ? 'set, not shown' : (set ?? byDefault),
    origin: set === undefined ? 'default' : 'environment',
    live: LIVE.includes(variable),
  };
}
