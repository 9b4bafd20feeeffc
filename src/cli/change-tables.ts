import { withOperatorArchive } from '../archive/operator-archive.js';
import { settingsOver } from '../config/read-settings.js';
import { NO_TABLES, type Tables } from '../config/tables-file.js';
import { tablesPort } from '../console-tables.js';
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

/**
 * Writes tables as the console does: validated as a whole, kept with who and why; a node that runs takes them within
 * two seconds.
 * @param done what is said when it is done
 */
export async function writeTables(
  port: TablesPort,
  tables: unknown,
  { why, done, json }: { readonly why: string; readonly done: string; readonly json: boolean },
): Promise<ExitCode> {
  const problems = await port.write(tables, { who: operatorName(), why });
  if (json) printJson({ done: problems.length === 0, problems });
  else if (problems.length === 0) print(done);
  else for (const problem of problems) printError(problem);
  return problems.length === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
}

/**
 * Changes a part of the tables, and leaves the rest.
 * @throws ConfigError where the file cannot be used: what is not understood must not be written over
 */
export async function changeTables(
  change: (tables: Tables) => Tables,
  how: Parameters<typeof writeTables>[2],
): Promise<ExitCode> {
  settingsOfThisMachine();
  return withTables((port) => writeTables(port, change(port.read().tables), how));
}
