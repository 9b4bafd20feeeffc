#!/usr/bin/env node
import { ConfigError, formatProblem } from '../config/problem.js';
import { errorFields } from '../operations/log.js';
import { PRODUCT, RESEARCH_USE_ONLY } from '../values/product.js';
import { callers } from './callers.js';
import { check } from './check.js';
import {
  EXIT_CODES,
  print,
  printError,
  UsageError,
  type Command,
  type ExitCode,
} from './commands.js';
import { deliveries } from './deliveries.js';
import { echo } from './echo.js';
import { models } from './models.js';
import { password } from './password.js';
import { route } from './route.js';
import { send } from './send.js';
import { serve } from './serve.js';

const COMMANDS: readonly Command[] = [
  ...[serve, echo, send, callers, route, deliveries, models, check, password],
];

function usage(): string {
  const width = Math.max(...COMMANDS.map(({ form }) => form.length));
  return [
    `${PRODUCT.name} ${PRODUCT.version}: turns an OCT scan of the eye into a referral decision.`,
    RESEARCH_USE_ONLY,
    '',
    ...COMMANDS.map(({ form, help }) => `  octriage ${form.padEnd(width)}  ${help}`),
    '',
    'Settings come from the environment and from .env; see .env.example.',
    'Exit codes: 0 done, 1 it did not happen, 2 wrong command line or configuration, 3 serve was told twice to stop.',
  ].join('\n');
}

async function main(args: readonly string[]): Promise<ExitCode> {
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
function explain(error: unknown): ExitCode {
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

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // Not `exitCode`: a start that failed half-way may have left a worker or a timer that keeps the process alive.
  process.exit(explain(error));
}
