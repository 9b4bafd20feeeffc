import { ConfigError, formatProblem } from '../config/problem.js';
import { errorFields } from '../operations/log.js';
import { PRODUCT } from '../values/product.js';
import { COMMANDS, usage } from './command-table.js';
import { EXIT_CODES, print, printError, UsageError, type ExitCode } from './commands.js';

/** Finds the command and runs it; what it throws is for `explain`. */
export async function runCommand(args: readonly string[]): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    print(usage());
    return name === undefined ? EXIT_CODES.usage : EXIT_CODES.done;
  }
  if (name === '--version') {
    print(PRODUCT.version);
    return EXIT_CODES.done;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) throw new UsageError(`there is no command '${name}'`);
  return command.run(rest);
}

/** Says in words what went wrong, with its code. */
export function explain(error: unknown): ExitCode {
  if (error instanceof UsageError) {
    printError(`octriage: ${error.message}\n\n${usage()}`);
    return EXIT_CODES.usage;
  }
  if (error instanceof ConfigError) {
    printError(`octriage: the configuration cannot be used:`);
    for (const problem of error.problems) printError(`  ${formatProblem(problem)}`);
    return EXIT_CODES.usage;
  }
  const { code = 'OCT_UNEXPECTED', reason = '' } = errorFields(error);
  printError(`octriage: ${reason} [${code}]`);
  return EXIT_CODES.failed;
}
