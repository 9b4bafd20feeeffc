import cron from 'node-cron';

/** One thing done on a clock. */
export interface HousekeepingTask {
  readonly name: string;
  /** Five or six cron fields. */
  readonly schedule: string;
  readonly run: () => Promise<void>;
}

export interface Housekeeping {
  stop(): Promise<void>;
}

/** Runs each task on its schedule; a task that is still running is not started again, and one that fails runs next time. */
export function startHousekeeping(
  tasks: readonly HousekeepingTask[],
  onError: (task: string, error: unknown) => void,
): Housekeeping {
  const scheduled = tasks.map(({ name, schedule, run }) =>
    cron.schedule(
      schedule,
      async () => {
        try {
          await run();
        } catch (error) {
          onError(name, error);
        }
      },
      { name, noOverlap: true },
    ),
  );
  return {
    async stop() {
      for (const task of scheduled) await task.destroy();
    },
  };
}
