import { Router } from 'express';
import { requirePermission } from '../http/identity.js';
import { HttpProblem } from '../http/problem.js';
import type { TaskRun } from '../values/task-run.js';
import type { HousekeepingRow, HousekeepingRunRow } from './node-model.js';
import { whoOf } from './tables.js';

export interface HousekeepingPorts {
  readonly tasks: () => Promise<
    readonly {
      readonly name: string;
      readonly about: string;
      readonly when: string;
      readonly off?: string;
      readonly running: boolean;
      readonly last?: TaskRun;
      readonly next?: number;
    }[]
  >;
  /** `undefined` where the task is off or running. */
  readonly runNow: (name: string, who: string) => Promise<TaskRun> | undefined;
}

/** `/api/housekeeping`: what the node does on its clock, and having it done now. */
export function housekeepingRouter({ tasks, runNow }: HousekeepingPorts): Router {
  const router = Router();
  const operate = requirePermission('operate');
  router.get('/api/housekeeping', operate, async (_request, response) => {
    const rows = (await tasks()).map(({ last, next, ...task }): HousekeepingRow => ({
      ...task,
      ...(last && { last: runRow(last) }),
      ...(next !== undefined && { next: new Date(next).toISOString() }),
    }));
    response.set('Cache-Control', 'no-store').json({ tasks: rows });
  });
  router.post('/api/housekeeping/:task/run', operate, async (request, response) => {
    const task = (await tasks()).find(({ name }) => name === request.params['task']);
    if (task === undefined) throw new HttpProblem('OCT_HTTP_NOT_FOUND');
    if (task.off !== undefined) throw new HttpProblem('OCT_HTTP_CONFLICT', `Off: ${task.off}.`);
    const run = await runNow(task.name, whoOf(response));
    if (run === undefined) throw new HttpProblem('OCT_HTTP_CONFLICT', 'It is running already.');
    response.json(runRow(run));
  });
  return router;
}

function runRow({ at, milliseconds, outcome, said, who }: TaskRun): HousekeepingRunRow {
  return { at: new Date(at).toISOString(), milliseconds, outcome, said, who };
}
