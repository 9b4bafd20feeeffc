import type { AuditedUse } from '../joints/audit-commands.js';

/** What a command line ended with; documented, so that scripts can rely on it. */
export const EXIT_CODES = {
  done: 0,
  /** The command ran and what it was asked for did not happen, or not all of it. */
  failed: 1,
  /** The command line or the configuration is wrong; nothing was done. */
  usage: 2,
  /** `serve` was told twice to stop: transfers in hand were aborted, nothing acknowledged is lost. */
  aborted: 3,
} as const;

/** What the codes mean, for those who write scripts. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT_CODES, string>> = {
  done: 'what was asked for happened',
  failed: 'the command ran, and what it was asked for did not happen, or not all of it',
  usage: 'the command line or the configuration is wrong; nothing was done',
  aborted:
    '`serve` was told twice to stop: transfers in hand were aborted, nothing acknowledged is lost',
};

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** One option of a command, as `util.parseArgs` takes it and as the documentation shows it. */
export interface CommandOption {
  readonly type: 'string' | 'boolean';
  /** What stands behind it; a shell completes files where it is FILE or FOLDER. */
  readonly value?: string;
  readonly help: string;
}
export type CommandOptions = Readonly<Record<string, CommandOption>>;

export const JSON_OPTION = {
  type: 'boolean',
  help: 'one JSON value on standard output in place of sentences',
} as const satisfies CommandOption;

/**
 * What a use of a command is for the audit trail: what only shows something is not told of; what accesses a scan is told
 * of by the command itself, which knows the study.
 */
export type CommandUse = 'shows' | 'accesses' | AuditedUse;

/** One command: how it is written, what it does, and the function that does it. */
export interface Command {
  readonly name: string;
  readonly form: string;
  readonly help: string;
  /** What its first word may be, and what a use of each is; the first is meant where none is given. */
  readonly actions?: Readonly<Record<string, CommandUse>>;
  /** What a use of it is, where it has no actions. */
  readonly use?: CommandUse;
  readonly options?: CommandOptions;
  /** Do file names stand behind it? */
  readonly files?: true;
  run(args: readonly string[]): Promise<ExitCode>;
}

/** A command line that cannot be understood; the sentence says what is missing or too much. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command was given what its form does not have. */
export function misused({ name, form }: Command): UsageError {
  return new UsageError(`${name} takes: ${form.slice(`${name} `.length)}`);
}

/** Is one JSON value asked for, also where something goes wrong? */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? undefined : end).includes('--json');
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

export function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}
