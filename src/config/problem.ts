/** What can be wrong with a configuration; `octriage check` and a refused start show the code and the sentence. */
export const CONFIG_PROBLEM_CODES = {
  unknownSetting: 'OCT_CONFIG_UNKNOWN_SETTING',
  invalidValue: 'OCT_CONFIG_INVALID_VALUE',
  unreadableFile: 'OCT_CONFIG_UNREADABLE_FILE',
  invalidTables: 'OCT_CONFIG_INVALID_TABLES',
  invalidProfile: 'OCT_CONFIG_INVALID_PROFILE',
  invalidTls: 'OCT_CONFIG_INVALID_TLS',
  duplicateDestination: 'OCT_CONFIG_DUPLICATE_DESTINATION',
} as const;

/** One thing that is wrong, and where. */
export interface ConfigProblem {
  readonly code: (typeof CONFIG_PROBLEM_CODES)[keyof typeof CONFIG_PROBLEM_CODES];
  /** The setting or the place in the tables file. */
  readonly where: string;
  readonly what: string;
}

/** A value, or why the text is none. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };

/** The configuration as a whole cannot be used: the start is refused with all its problems at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly ConfigProblem[]) {
    super(problems.map(formatProblem).join('\n'));
  }
}

export function formatProblem({ code, where, what }: ConfigProblem): string {
  return `${where}: ${what} [${code}]`;
}
