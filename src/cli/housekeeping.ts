import { withOperatorArchive } from '../archive/operator-archive.js';
import { nightlyTasks } from '../housekeeping-tasks.js';
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
        const rows = tasks.map(({ name: task, about, schedule, off }) => ({
          ...{ task, about, schedule },
          ...(off !== undefined && { off }),
        }));
        if (json) printJson({ tasks: rows });
        else {
          for (const { task, schedule, off } of rows)
            print(`${task}: ${off === undefined ? schedule : `off, ${off}`}`);
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
      const { message, ...said } = await task.act();
      if (json) printJson({ task: task.name, done: true, ...said });
      else print(`${message}: ${said.count}, ${said.detail}`);
      return EXIT_CODES.done;
    });
  },
};
