import type { Command } from './commands.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export function isShell(text: string | undefined): text is Shell {
  return (SHELLS as readonly (string | undefined)[]).includes(text);
}

/** A script for the shell that completes commands, their actions and options, and files where a command takes them. */
export function completionScript(shell: Shell, commands: readonly Command[]): string {
  return { bash, zsh, fish }[shell](commands);
}

/** What may stand behind a command: its actions, then its options. */
const wordsOf = ({ name, actions = {}, options = {} }: Command): readonly string[] => [
  ...Object.keys(actions),
  ...Object.keys(options).map((option) => `--${option}`),
  ...(name === 'completion' ? SHELLS : []),
];

function bash(commands: readonly Command[]): string {
  return [
    '# octriage completion bash > /etc/bash_completion.d/octriage',
    '_octriage() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}"',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$word"))`,
    '    return',
    '  fi',
    '  case "${COMP_WORDS[1]}" in',
    ...commands.map((command) => {
      const words = wordsOf(command);
      const files = takesFiles(command) ? ' -f' : '';
      return `    ${command.name}) COMPREPLY=($(compgen${files} -W "${words.join(' ')}" -- "$word")) ;;`;
    }),
    '  esac',
    '}',
    'complete -o filenames -F _octriage octriage',
  ].join('\n');
}

function zsh(commands: readonly Command[]): string {
  return [
    '#compdef octriage',
    '# octriage completion zsh > "${fpath[1]}/_octriage"',
    'if (( CURRENT == 2 )); then',
    '  local -a commands=(',
    ...commands.map(({ name, help }) => `    ${quoted(`${name}:${help.replaceAll(':', ';')}`)}`),
    '  )',
    "  _describe 'command' commands",
    '  return',
    'fi',
    'case "$words[2]" in',
    ...commands.map((command) => {
      const words = wordsOf(command);
      const files = takesFiles(command) ? '; _files' : '';
      return `  ${command.name}) compadd -- ${words.join(' ')}${files} ;;`;
    }),
    'esac',
  ].join('\n');
}

function fish(commands: readonly Command[]): string {
  return [
    '# octriage completion fish > ~/.config/fish/completions/octriage.fish',
    'complete -c octriage -f',
    ...commands.flatMap((command) => {
      const { name, help, actions = {}, options = {} } = command;
      const words = name === 'completion' ? SHELLS : Object.keys(actions);
      const within = `complete -c octriage -n "__fish_seen_subcommand_from ${name}"`;
      return [
        `complete -c octriage -n __fish_use_subcommand -a ${name} -d ${quoted(help)}`,
        ...Object.entries(options).map(
          ([option, one]) =>
            `${within} -l ${option}${one.type === 'string' ? ' -r' : ''} -d ${quoted(one.help)}`,
        ),
        ...(words.length > 0 ? [`${within} -a ${quoted(words.join(' '))}`] : []),
        ...(takesFiles(command) ? [`${within} -F`] : []),
      ];
    }),
  ].join('\n');
}

function takesFiles({ files, options = {} }: Command): boolean {
  return (
    files === true || Object.values(options).some(({ value = '' }) => /FILE|FOLDER/.test(value))
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
