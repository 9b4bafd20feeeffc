import { COMMANDS } from './command-table.js';
import { EXIT_CODES, EXIT_MEANINGS, type Command } from './commands.js';

/** The content of `docs/reference/command-line.md`. */
export function commandLinePage(): string {
  const lines = [
    '# Command line',
    '',
    'Generated from the tables in `src/cli/`; do not edit. What is asked for goes to standard output, what is wrong to',
    'standard error. Settings come from the environment and from `.env`.',
    '',
    '## Exit codes',
    '',
    '| Code | Meaning |',
    '| --- | --- |',
    ...Object.entries(EXIT_CODES).map(
      ([name, code]) => `| ${code} | ${EXIT_MEANINGS[name as keyof typeof EXIT_CODES]} |`,
    ),
    '',
    'Under `--json` every command that does not end with 0 puts one JSON object on standard error, as its last line: `code`',
    '([codes](errors.md)), `message`, `exitCode`, and `problems` where the configuration has several. What it was asked for',
    'stands on standard output, as far as it came. What is logged meanwhile, such as a file that cannot be read, stands on',
    'standard error too, a JSON object a line.',
    '',
    'What changes something or looks at a scan is told of in the audit trail (`OCTRIAGE_AUDIT_RECEIVER`), in the name of who',
    'is logged in on the operating system.',
    '',
    '## Commands',
  ];
  for (const { name, form, help, options = {}, ...command } of COMMANDS) {
    lines.push('', `### ${name}`, '', `\`octriage ${form}\``, '', `${help}.`);
    const told = auditedActions(command);
    if (told !== '') lines.push('', told);
    const rows = Object.entries(options).map(([option, { value, help: what }]) => {
      const written = value === undefined ? `--${option}` : `--${option} ${value}`;
      return `| \`${written}\` | ${what} |`;
    });
    if (rows.length > 0) lines.push('', '| Option | What it does |', '| --- | --- |', ...rows);
  }
  return `${lines.join('\n')}\n`;
}

function auditedActions({ actions = {}, use = 'shows' }: Pick<Command, 'actions' | 'use'>): string {
  if (use !== 'shows') return 'In the audit trail.';
  const told = Object.keys(actions).filter((action) => actions[action] !== 'shows');
  return told.length === 0 ? '' : `In the audit trail: ${told.join(', ')}.`;
}
