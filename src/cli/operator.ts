import { userInfo } from 'node:os';
import { UsageError } from './commands.js';

/** As long as the console takes it. */
const LONGEST_REASON = 500;

export const REASON_OPTION = {
  type: 'string',
  value: 'TEXT',
  help: 'why, for the record',
} as const;

/** Who gives the command, for the record: the login of the operating system, behind sudo too. */
export function operatorName(): string {
  return `${operatorLogin()}, command line`;
}

export function operatorLogin(): string {
  try {
    return process.env['SUDO_USER'] ?? userInfo().username;
  } catch {
    // In a container the user may have a number and no name.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** @throws UsageError where no reason is given */
export function reasonOf({ reason = '' }: { readonly reason?: string }): string {
  const text = reason.trim();
  if (text === '' || text.length > LONGEST_REASON) {
    throw new UsageError(`say why: --reason TEXT, at most ${LONGEST_REASON} characters`);
  }
  return text;
}
