import { withOperatorArchive } from '../archive/operator-archive.js';
import { nightlyTasks } from '../joints/housekeeping-tasks.js';
import { runTask } from '../operations/housekeeping.js';
import { scheduleInWords } from '../operations/schedule-words.js';
import { parseCommandLine } from './arguments.js';
import {
  EXIT_CODES,
  JSON_OPTION,
  misused,
  print,
  printError,
  printJson,
  type Command,
} from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { operatorName } from './operator.js';

const OPTIONS = { json: JSON_OPTION };

/** `octriage housekeeping …`: what the node does at night, now; the node may run. */
export const housekeeping: Command = {
  name: 'housekeeping',
  form: 'housekeeping [list | run backup | run retention] [--json]',
  help: 'what the node does at night, and when; does it now, whether the node runs or not',
  actions: { list: 'shows', run: 'operates' },
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [action = 'list', name, ...more] = positionals;
    const json = values.json === true;
    const settings = settingsOfThisMachine();
    return withOperatorArchive(settings.dataDir, async (archive) => {
      const tasks = nightlyTasks(settings, archive);
      if (action === 'list' && name === undefined) {
        const runs = await archive.housekeepingRuns.list();
        const rows = tasks.map(({ name: task, about, schedule, off }) => ({
          task,
          about,
          schedule,
          ...(off !== undefined && { off }),
          last: runs.find((run) => run.task === task),
        }));
        if (json) printJson({ tasks: rows });
        else {
          for (const { task, schedule, off, last } of rows) {
            print(`${task}: ${off === undefined ? scheduleInWords(schedule) : `off, ${off}`}`);
            if (last === undefined) continue;
            const { at, outcome, said, who } = last;
            print(`  last ${new Date(at).toISOString()} by ${who}, ${outcome}: ${said}`);
          }
        }
        return EXIT_CODES.done;
      }
      const task = tasks.find((one) => one.name === name);
      if (action !== 'run' || task === undefined || more.length > 0) {
        throw misused(housekeeping);
      }
      if (task.off !== undefined) {
        if (json) printJson({ task: task.name, done: false, off: task.off });
        else printError(`${task.name} is off: ${task.off}`);
        return EXIT_CODES.failed;
      }
      const { run, error } = await runTask(
        {
          async run() {
            const { message, ...told } = await task.act();
            if (json) printJson({ task: task.name, done: true, ...told });
            else print(`${message}: ${told.said}`);
            return told.said;
          },
        },
        operatorName(),
      );
      await archive.housekeepingRuns.record({ task: task.name, ...run });
      if (run.outcome === 'failed') throw error;
      return EXIT_CODES.done;
    });
  },
};
