import { readSettings } from '../config/read-settings.js';
import { settingRows, type SettingRow } from '../config/setting-rows.js';
import { settingsOfTables } from '../config/tables-file.js';
import { parseCommandLine } from './arguments.js';
import { changeTables } from './change-tables.js';
import {
  EXIT_CODES,
  JSON_OPTION,
  misused,
  print,
  printJson,
  UsageError,
  type Command,
} from './commands.js';
import { environmentOfThisMachine } from './environment.js';
import { REASON_OPTION, reasonOf } from './operator.js';

const OPTIONS = { reason: REASON_OPTION, json: JSON_OPTION };

/** `octriage settings …`: every setting with its value and where it comes from; changed in the tables file. */
export const settings: Command = {
  name: 'settings',
  form: 'settings [list | set VARIABLE VALUE --reason TEXT | unset VARIABLE --reason TEXT] [--json]',
  help: 'the settings with value and origin; changes them in the tables file, and says whether a restart is needed',
  actions: { list: 'shows', set: 'configures', unset: 'configures' },
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [action = 'list', variable, value, ...more] = positionals;
    const environment = environmentOfThisMachine();
    const rows = settingRows(environment, settingsOfTables(readSettings(environment)));
    const json = values.json === true;
    if (action === 'list' && variable === undefined) {
      if (json) printJson({ settings: rows });
      else for (const row of rows) print(describe(row));
      return EXIT_CODES.done;
    }
    const complete =
      action === 'set' ? value !== undefined : action === 'unset' && value === undefined;
    if (!complete || variable === undefined || more.length > 0) {
      throw misused(settings);
    }
    const row = rows.find((one) => one.variable === variable);
    if (row === undefined) throw new UsageError(`there is no setting '${variable}'`);
    if (row.origin === 'environment') {
      throw new UsageError(`the environment or .env sets ${variable}, and wins; change it there`);
    }
    return changeTables(
      (tables) => {
        const others = Object.entries(tables.settings).filter(([name]) => name !== variable);
        const own = value === undefined ? [] : [[variable, value] as const];
        return { ...tables, settings: Object.fromEntries([...others, ...own]) };
      },
      {
        why: reasonOf(values),
        json,
        done: `${variable} is ${value ?? `${row.default} again`}${row.restart ? ' from the next start on' : ''}`,
      },
    );
  },
};

function describe({ variable, value, unit, origin }: SettingRow): string {
  return `${variable}=${value}${unit === undefined || value === '' ? '' : ` ${unit}`} (${origin})`;
}
