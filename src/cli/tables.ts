import { readFileSync } from 'node:fs';
import { parseCommandLine } from './arguments.js';
import { withTables, writeTables } from './change-tables.js';
import {
  EXIT_CODES,
  JSON_OPTION,
  misused,
  print,
  printJson,
  UsageError,
  type Command,
} from './commands.js';
import { CommandError } from './errors.js';
import { REASON_OPTION, reasonOf } from './operator.js';

const OPTIONS = { reason: REASON_OPTION, json: JSON_OPTION };

/** `octriage tables …`: callers, destinations, addresses, notifications and settings of the tables file, as a whole. */
export const tables: Command = {
  name: 'tables',
  form: 'tables [show | history | version ID | set FILE --reason TEXT | restore ID --reason TEXT] [--json]',
  help: 'the tables file: what it holds, who changed it and why, a new one in its place (from show --json: only where nobody changed it since), and the way back',
  actions: {
    show: 'shows',
    history: 'shows',
    version: 'shows',
    set: 'configures',
    restore: 'configures',
  },
  options: OPTIONS,
  files: true,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [action = 'show', given, ...more] = positionals;
    const json = values.json === true;
    const needs = ['version', 'set', 'restore'].includes(action);
    if (more.length > 0 || needs !== (given !== undefined)) {
      throw misused(tables);
    }
    switch (action) {
      case 'show':
        return withTables((port) => {
          const now = port.read();
          printJson(json ? now : now.tables);
          return Promise.resolve(EXIT_CODES.done);
        });
      case 'history':
        return withTables(async (port) => {
          const versions = await port.versions();
          if (json) printJson({ versions });
          else if (versions.length === 0) print('never changed by OCTriage');
          else {
            for (const { id, at, who, why, holds, current } of versions) {
              print(`${id}${current ? ' (now)' : ''}  ${at}  ${who}: ${why}`);
              print(`  ${holds}`);
            }
          }
          return EXIT_CODES.done;
        });
      case 'version':
        return withTables(async (port) => {
          printJson(await versionOf(port, given!));
          return EXIT_CODES.done;
        });
      case 'set': {
        const [why, wanted] = [reasonOf(values), readTables(given!)];
        const done = 'The tables are changed.';
        return withTables((port) =>
          writeTables(port, { why, json, done }, ({ digest }) => {
            if (wanted.digest !== undefined && wanted.digest !== digest) {
              throw new CommandError('OCT_COMMAND_CONFLICT');
            }
            return wanted.tables;
          }),
        );
      }
      case 'restore': {
        const why = reasonOf(values);
        const done = `The tables are as in version ${given!}.`;
        return withTables(async (port) => {
          const version = await versionOf(port, given!);
          return writeTables(port, { why, json, done }, () => version);
        });
      }
      default:
        throw misused(tables);
    }
  },
};

async function versionOf(
  port: Parameters<Parameters<typeof withTables>[0]>[0],
  id: string,
): Promise<unknown> {
  const found = /^\d{1,15}$/.test(id) ? await port.version(Number(id)) : undefined;
  if (found === undefined) throw new UsageError(`there is no version '${id}'; see tables history`);
  return found;
}

/** A file of tables, or what `tables show --json` has printed: that is put in place only where nobody changed them since. */
function readTables(path: string): { readonly tables: unknown; readonly digest?: unknown } {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new UsageError(`'${path}' is not a JSON file that can be read`);
  }
  const isShown = typeof content === 'object' && content !== null && 'tables' in content;
  return isShown ? (content as { readonly tables: unknown }) : { tables: content };
}
