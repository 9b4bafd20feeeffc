import type { Setting, SettingGroup } from './setting.js';
import { SETTINGS } from './settings-manifest.js';

const settings: readonly Setting<unknown>[] = Object.values(SETTINGS);
const groups = [...new Set(settings.map(({ group }) => group))];

/** The content of `.env.example`: every setting with its default, commented out. */
export function envExample(): string {
  const lines = [
    '# OCTriage settings: copy to .env and uncomment what differs from the defaults.',
    '# Generated from src/config/settings-manifest.ts by `npm run env-example`; do not edit.',
  ];
  for (const group of groups) {
    lines.push('', `# --- ${group} ---`);
    for (const { help, kind, variable, default: value, unit } of inGroup(group)) {
      lines.push('', `# ${help}`, `# ${formOf(kind.form, unit)}`, `#${variable}=${value}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The content of `docs/reference/settings.md`. */
export function settingsPage(): string {
  const lines = [
    '# Settings',
    '',
    'Read at start from the environment and from `.env` (the environment wins). Generated from',
    '`src/config/settings-manifest.ts`; do not edit. `octriage check` says what is wrong with yours.',
  ];
  for (const group of groups) {
    lines.push(
      '',
      `## ${group}`,
      '',
      '| Setting | Default | Form | What it does |',
      '| --- | --- | --- | --- |',
    );
    for (const { variable, default: value, kind, unit, help } of inGroup(group)) {
      lines.push(
        `| \`${variable}\` | ${value === '' ? '(empty)' : `\`${value}\``} | ${formOf(kind.form, unit)} | ${help} |`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function inGroup(wanted: SettingGroup): readonly Setting<unknown>[] {
  return settings.filter(({ group }) => group === wanted);
}

function formOf(form: string, unit: string | undefined): string {
  return unit === undefined ? form : `${form}, in ${unit}`;
}
