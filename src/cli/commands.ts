/** What a command line ended with; documented, so that scripts can rely on it. */
export const EXIT_CODES = {
  done: 0,
  /** The command ran and what it was asked for did not happen. */
  failed: 1,
  /** The command line or the configuration is wrong; nothing was done. */
  usage: 2,
  /** `serve` was told twice to stop: transfers in hand were aborted, nothing acknowledged is lost. */
  aborted: 3,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** One command: how it is written, what it does, and the function that does it. */
export interface Command {
  readonly name: string;
  readonly form: string;
  readonly help: string;
  run(args: readonly string[]): Promise<ExitCode>;
}

/** A command line that cannot be understood; the sentence says what is missing or too much. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}
