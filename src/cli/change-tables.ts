import { withOperatorArchive } from '../archive/operator-archive.js';
import { settingsOver } from '../config/read-settings.js';
import { NO_TABLES, type Tables } from '../config/tables-file.js';
import { tablesPort } from '../joints/console-tables.js';
import { EXIT_CODES, print, printError, printJson, type ExitCode } from './commands.js';
import { environmentOfThisMachine, settingsOfThisMachine } from './environment.js';
import { operatorName } from './operator.js';

type TablesPort = ReturnType<typeof tablesPort>;

/** The tables file and its history, also where the file cannot be used: the way back must be open then. */
export async function withTables<T>(act: (port: TablesPort) => Promise<T>): Promise<T> {
  const environment = environmentOfThisMachine();
  const settings = settingsOver(environment, NO_TABLES);
  return withOperatorArchive(settings.dataDir, (archive) =>
    act(tablesPort(settings, environment, archive)),
  );
}

interface Change {
  readonly why: string;
  /** What is said when it is done. */
  readonly done: string;
  readonly json: boolean;
}

/**
 * Changes the tables as the console does: validated as a whole, kept with who and why; a node that runs takes them
 * within two seconds.
 */
export async function writeTables(
  port: TablesPort,
  { why, done, json }: Change,
  make: Parameters<TablesPort['change']>[1],
): Promise<ExitCode> {
  const problems = await port.change({ who: operatorName(), why }, make);
  if (json) printJson({ done: problems.length === 0, problems });
  else if (problems.length === 0) print(done);
  else for (const problem of problems) printError(problem);
  return problems.length === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
}

/**
 * Changes a part of the tables, and leaves the rest.
 * @throws ConfigError where the file cannot be used: what is not understood must not be written over
 */
export function changeTables(change: (tables: Tables) => Tables, how: Change): Promise<ExitCode> {
  return withTables((port) =>
    writeTables(port, how, ({ tables }) => {
      settingsOfThisMachine();
      return change(tables);
    }),
  );
}
