import type { Setting, SettingGroup } from './setting.js';
import { SETTINGS } from './settings-manifest.js';

const settings: readonly Setting<unknown>[] = Object.values(SETTINGS);
const groups = [...new Set(settings.map(({ group }) => group))];

/** The content of `.env.example`: every setting with its default, commented out. */
export function envExample(): string {
  const lines = [
    '# OCTriage settings: copy to .env and uncomment what differs from the defaults.',
    '# Generated from src/config/settings-manifest.ts by `npm run docs`; do not edit.',
  ];
  for (const group of groups) {
    lines.push('', `# --- ${group} ---`);
    for (const setting of inGroup(group)) {
      const { help, kind, variable, default: value, unit } = setting;
      lines.push(
        '',
        `# ${help}`,
        `# ${formOf(kind.form, unit)}; ${changed(setting)}`,
        `#${variable}=${value}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The content of `docs/reference/settings.md`. */
export function settingsPage(): string {
  const lines = [
    '# Settings',
    '',
    'Read at start from the environment, from `.env`, and from `settings` of the tables file, which the console changes; the',
    'first of them that gives a value wins. *Changed* says when a changed value holds, and whether the console can change it.',
    'Generated from `src/config/settings-manifest.ts`; do not edit. `octriage check` says what is wrong with yours.',
  ];
  for (const group of groups) {
    lines.push(
      '',
      `## ${group}`,
      '',
      '| Setting | Default | Form | Changed | What it does |',
      '| --- | --- | --- | --- | --- |',
    );
    for (const setting of inGroup(group)) {
      const { variable, default: value, kind, unit, help } = setting;
      lines.push(
        `| \`${variable}\` | ${value === '' ? '(empty)' : `\`${value}\``} | ${formOf(kind.form, unit)} | ${changed(setting)} | ${help} |`,
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

/** When a changed value holds, and where it can be changed. */
function changed({ restart, fixed }: Setting<unknown>): string {
  return `${restart ? 'needs a restart' : 'at once'}${fixed === undefined ? '' : ', environment only'}`;
}
