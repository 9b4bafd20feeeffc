import { COMMANDS } from './command-table.js';
import { EXIT_CODES, EXIT_MEANINGS } from './commands.js';

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
    '## Commands',
  ];
  for (const { name, form, help, options = {} } of COMMANDS) {
    lines.push('', `### ${name}`, '', `\`octriage ${form}\``, '', `${help}.`);
    const rows = Object.entries(options).map(([option, { value, help: what }]) => {
      const written = value === undefined ? `--${option}` : `--${option} ${value}`;
      return `| \`${written}\` | ${what} |`;
    });
    if (rows.length > 0) lines.push('', '| Option | What it does |', '| --- | --- |', ...rows);
  }
  return `${lines.join('\n')}\n`;
}
