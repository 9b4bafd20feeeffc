/** What a command can say beside the codes of the parts that it calls, by stable code. */
export const COMMAND_ERRORS = {
  OCT_COMMAND_USAGE:
    'The command line is not understood, and nothing was done. `octriage help` shows how it is written.',
  OCT_COMMAND_CONFIG:
    'The configuration cannot be used, and nothing was done. `octriage check` names every problem.',
  OCT_COMMAND_NOT_DONE:
    'The command ran, and what it was asked for did not happen, or not all of it. What it printed says why.',
  OCT_COMMAND_CONFLICT:
    'The tables were changed since they were shown, and nothing was done. Show them again, and make the change on that.',
  OCT_COMMAND_NO_NODE:
    'Only the node that runs can do this, and it does not answer; it is not done. `octriage node` says more.',
  OCT_COMMAND_NOT_AUDITED:
    'The audit message could not be kept: what was to be changed was changed, what was to be shown or taken was not. Check owner, rights and space of the data folder.',
  OCT_COMMAND_FAILED:
    'The operating system or a library refused something. The message says what; where it does not, report it.',
} as const;

export type CommandErrorCode = keyof typeof COMMAND_ERRORS;

export class CommandError extends Error {
  override readonly name = 'CommandError';

  /** `detail` names files and codes, never a value of a data set. */
  constructor(
    readonly code: CommandErrorCode,
    detail?: string,
  ) {
    super(`${COMMAND_ERRORS[code]}${detail === undefined ? '' : ` (${detail})`}`);
  }
}
