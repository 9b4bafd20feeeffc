import { parseCaller } from '../config/caller.js';
import { parseCommandLine } from './arguments.js';
import { changeTables } from './change-tables.js';
import { EXIT_CODES, JSON_OPTION, print, printJson, UsageError, type Command } from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { REASON_OPTION, reasonOf } from './operator.js';

const OPTIONS = { reason: REASON_OPTION, json: JSON_OPTION };

/** `octriage admit AE@ADDRESS`: a caller may come in, by an entry of the tables file. */
export const admit: Command = {
  name: 'admit',
  form: 'admit AE[@ADDRESS] --reason TEXT [--json]',
  help: 'lets a caller in, such as one that `octriage callers` shows as refused, without a restart',
  use: 'configures',
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [entry, ...more] = positionals;
    if (entry === undefined || more.length > 0) throw new UsageError('admit needs one AE@ADDRESS');
    const parsed = parseCaller(entry);
    if ('problem' in parsed) throw new UsageError(parsed.problem);
    const caller = parsed.value;
    const why = reasonOf(values);
    const json = values.json === true;
    const { callers } = settingsOfThisMachine();
    if (callers.some(({ aeTitle, from }) => aeTitle === caller.aeTitle && from === caller.from)) {
      if (json) printJson({ done: true, problems: [] });
      else print(`${entry} is admitted already`);
      return EXIT_CODES.done;
    }
    return changeTables((tables) => ({ ...tables, callers: [...tables.callers, caller] }), {
      why,
      json,
      done: `${entry} is admitted`,
    });
  },
};
