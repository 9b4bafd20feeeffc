import { parseArgs } from 'node:util';
import { ConfigError, formatProblem } from '../config/problem.js';
import { errorFields } from '../operations/log.js';
import { PRODUCT } from '../values/product.js';
import { commandAudit } from './audit.js';
import { COMMANDS, usage } from './command-table.js';
import { EXIT_CODES, print, printError, UsageError, wantsJson } from './commands.js';
import type { Command, CommandUse, ExitCode } from './commands.js';
import { CommandError } from './errors.js';

/**
 * Finds the command and runs it; what it throws is for `explain`. What changes something is told of in the audit trail,
 * whatever came of it, but where nothing was done. Under `--json` whatever does not end with 0 ends with an object on
 * standard error.
 */
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
  const code = await runAudited(command, rest);
  if (code === EXIT_CODES.failed && wantsJson(args)) {
    return explain(new CommandError('OCT_COMMAND_NOT_DONE'), args);
  }
  return code;
}

async function runAudited(command: Command, args: readonly string[]): Promise<ExitCode> {
  const { action, use } = useOf(command, args);
  if (use === 'shows' || use === 'accesses') return command.run(args);
  // Before it runs: a command that ends the audit trail is still part of it.
  const audit = commandAudit();
  if (audit === undefined) return command.run(args);
  const tell = (code: ExitCode): void => {
    if (code === EXIT_CODES.usage) return;
    const said = `octriage ${[command.name, ...action].join(' ')}`;
    audit((trail) => trail.used(said, use, code === EXIT_CODES.done));
  };
  let code: ExitCode;
  try {
    code = await command.run(args);
  } catch (error) {
    try {
      tell(exitCodeOf(error));
    } catch {
      // A disk that keeps no message is mostly what the command failed of: that is what is said.
    }
    throw error;
  }
  tell(code);
  return code;
}

/** What is asked for, without judging whether it may be: the command does that itself. */
function useOf(
  { actions, use = 'shows', options = {} }: Command,
  args: readonly string[],
): { readonly action: readonly string[]; readonly use: CommandUse } {
  if (actions === undefined) return { action: [], use };
  const { positionals } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
  });
  const [action = Object.keys(actions)[0]!] = positionals;
  return { action: [action], use: actions[action] ?? 'shows' };
}

/** Says what went wrong, with its code: in words, or as one JSON object where that was asked for. */
export function explain(error: unknown, args: readonly string[]): ExitCode {
  const exitCode = exitCodeOf(error);
  if (wantsJson(args)) printError(JSON.stringify({ ...inJson(error), exitCode }));
  else for (const line of inWords(error)) printError(line);
  return exitCode;
}

function exitCodeOf(error: unknown): ExitCode {
  const nothingDone = error instanceof UsageError || error instanceof ConfigError;
  return nothingDone ? EXIT_CODES.usage : EXIT_CODES.failed;
}

function inWords(error: unknown): readonly string[] {
  if (error instanceof UsageError) return [`octriage: ${error.message}\n\n${usage()}`];
  if (error instanceof ConfigError) {
    const problems = error.problems.map((problem) => `  ${formatProblem(problem)}`);
    return ['octriage: the configuration cannot be used:', ...problems];
  }
  const { code = 'OCT_COMMAND_FAILED', reason = '' } = errorFields(error);
  return [`octriage: ${reason} [${code}]`];
}

function inJson(error: unknown): {
  readonly code: string;
  readonly message: string;
  readonly problems?: ConfigError['problems'];
} {
  if (error instanceof UsageError) return { code: 'OCT_COMMAND_USAGE', message: error.message };
  if (error instanceof ConfigError) {
    const { problems } = error;
    return { code: 'OCT_COMMAND_CONFIG', message: 'the configuration cannot be used', problems };
  }
  const { code = '', reason = '' } = errorFields(error);
  return code.startsWith('OCT_')
    ? { code, message: reason }
    : { code: 'OCT_COMMAND_FAILED', message: `${reason} [${code}]` };
}
