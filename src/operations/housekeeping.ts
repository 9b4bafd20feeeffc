import cron, { type ScheduledTask } from 'node-cron';
import type { TaskRun } from '../values/task-run.js';
import { errorFields } from './log.js';

/** What is known of a task before it runs. */
export interface TaskTerms {
  /** By which an operator asks for it. */
  readonly name: string;
  /** What it does, in a sentence for an operator. */
  readonly about: string;
  /** Five or six cron fields, in the time zone of the machine. */
  readonly schedule: string;
  /** Why it is not done at all. */
  readonly off?: string;
}

/** One thing done on a clock. */
export interface HousekeepingTask extends TaskTerms {
  /** Resolves to what was done, in words. */
  readonly run: () => Promise<string>;
}

/** Who runs what nobody asked for. */
export const CLOCK = 'clock';

export interface TaskState extends TaskTerms {
  readonly running: boolean;
  /** The last run since the node started. */
  readonly last?: TaskRun;
  /** ms since 1970; absent where it is off. */
  readonly next?: number;
}

export interface Housekeeping {
  readonly tasks: readonly TaskState[];
  /** Runs a task now; `undefined` where there is none of this name, where it is off, or where it is running. */
  runNow(name: string, who: string): Promise<TaskRun> | undefined;
  stop(): Promise<void>;
}

/** Runs a task, and tells how it went, with what it threw; never throws itself. */
export async function runTask(
  { run }: Pick<HousekeepingTask, 'run'>,
  who: string,
): Promise<{ readonly run: TaskRun; readonly error?: unknown }> {
  const at = Date.now();
  const ended = (outcome: TaskRun['outcome'], said: string): TaskRun => {
    return { at, milliseconds: Date.now() - at, outcome, said, who };
  };
  try {
    return { run: ended('done', await run()) };
  } catch (error) {
    const { code = 'OCT_UNEXPECTED', reason = '' } = errorFields(error);
    return { run: ended('failed', `${reason} [${code}]`), error };
  }
}

/** Runs each task on its schedule; a task that is still running is not started again, and one that fails runs next time. */
export function startHousekeeping(
  tasks: readonly HousekeepingTask[],
  onRun: (task: HousekeepingTask, run: TaskRun, error?: unknown) => void,
): Housekeeping {
  const clocked = tasks.map((task) => new ClockedTask(task, onRun));
  return {
    get tasks() {
      return clocked.map(({ state }) => state);
    },
    runNow: (name, who) => clocked.find(({ task }) => task.name === name)?.run(who),
    async stop() {
      for (const task of clocked) await task.stop();
    },
  };
}

class ClockedTask {
  #running = false;
  #last: TaskRun | undefined;
  readonly #scheduled: ScheduledTask | undefined;

  constructor(
    readonly task: HousekeepingTask,
    private readonly onRun: Parameters<typeof startHousekeeping>[1],
  ) {
    const { name, schedule, off } = task;
    if (off === undefined) {
      this.#scheduled = cron.schedule(schedule, () => this.run(CLOCK), { name });
    }
  }

  get state(): TaskState {
    const { name, about, schedule, off } = this.task;
    const next = this.#scheduled?.getNextRun()?.getTime();
    return {
      name,
      about,
      schedule,
      running: this.#running,
      ...(off !== undefined && { off }),
      ...(this.#last && { last: this.#last }),
      ...(next !== undefined && { next }),
    };
  }

  run(who: string): Promise<TaskRun> | undefined {
    if (this.#running || this.#scheduled === undefined) return undefined;
    this.#running = true;
    return this.#run(who);
  }

  async stop(): Promise<void> {
    await this.#scheduled?.destroy();
  }

  async #run(who: string): Promise<TaskRun> {
    const { run, error } = await runTask(this.task, who);
    this.#last = run;
    this.#running = false;
    this.onRun(this.task, run, error);
    return run;
  }
}
