import express, { Router, type Request, type Response } from 'express';
import type { Tables } from '../config/tables-file.js';
import { identityOf, requirePermission } from '../http/identity.js';
import { HttpProblem } from '../http/problem.js';
import type { TablesVersionRow } from './model.js';

/** Who changes the tables, and why. */
export interface ChangeNote {
  readonly who: string;
  readonly why: string;
}

/** The tables of the file, and the digest of the file as it is. */
export interface TablesNow {
  readonly tables: Tables;
  readonly digest: string;
}

export interface TablesPort {
  read(): TablesNow;
  /**
   * Makes new tables of those that are there, validates them as a whole, writes them, keeps the version, and lets the
   * node use them. Returns the problems in words, and changes nothing where there are any. Where somebody else changes
   * them meanwhile they are made again, of what that left.
   */
  change(note: ChangeNote, make: (now: TablesNow) => unknown): Promise<readonly string[]>;
  versions(): Promise<readonly TablesVersionRow[]>;
  /** The tables of an earlier version; undefined where there is no such version. */
  version(id: number): Promise<unknown>;
}

const WHY_LENGTH = 500;

/** `/api/tables`: callers, destinations and AE addresses, with their history. */
export function tablesRouter(port: TablesPort): Router {
  const router = Router();
  const configure = requirePermission('configure');
  const json = express.json({ limit: '1mb' });
  router.get('/api/tables', configure, (_request, response) => {
    response.set('Cache-Control', 'no-store').json(port.read());
  });
  router.get('/api/tables/versions', configure, async (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ versions: await port.versions() });
  });
  router.put('/api/tables', configure, json, async (request, response) => {
    const { tables, digest } = body(request.body);
    const note = noteOf(request, response);
    await changeOrRefuse(port, note, (now) => {
      if (digest !== now.digest) {
        throw new HttpProblem('OCT_HTTP_CONFLICT', 'The tables were changed meanwhile; look anew.');
      }
      return tables;
    });
    response.sendStatus(204);
  });
  router.post('/api/tables/versions/:id/restore', configure, json, async (request, response) => {
    const note = noteOf(request, response);
    const tables = await port.version(Number(request.params['id']));
    if (tables === undefined) throw new HttpProblem('OCT_HTTP_NOT_FOUND');
    await changeOrRefuse(port, note, () => tables);
    response.sendStatus(204);
  });
  router.post('/api/tables/admit', configure, json, async (request, response) => {
    const { aeTitle, from } = body(request.body);
    const note = noteOf(request, response);
    if (typeof aeTitle !== 'string' || (from !== undefined && typeof from !== 'string')) {
      throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'Give the AE title, and from where.');
    }
    const caller = { aeTitle, ...(from !== undefined && from !== '' && { from }) };
    await changeOrRefuse(port, note, ({ tables }) => ({
      ...tables,
      callers: [...tables.callers, caller],
    }));
    response.sendStatus(204);
  });
  return router;
}

async function changeOrRefuse(
  port: TablesPort,
  ...change: Parameters<TablesPort['change']>
): Promise<void> {
  const problems = await port.change(...change);
  if (problems.length > 0) throw new HttpProblem('OCT_HTTP_BAD_REQUEST', problems.join('; '));
}

function noteOf(request: Request, response: Response): ChangeNote {
  return { who: whoOf(response), why: whyOf(request.body) };
}

export function body(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

export function whoOf(response: Response): string {
  return identityOf(response)?.name ?? '';
}

/** @throws HttpProblem OCT_HTTP_BAD_REQUEST where no reason is given */
export function whyOf(value: unknown): string {
  const { why } = body(value);
  if (typeof why !== 'string' || why.trim() === '' || why.length > WHY_LENGTH) {
    throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'Say why, in at most 500 characters.');
  }
  return why.trim();
}
