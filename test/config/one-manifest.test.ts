import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '../../fixtures/node-process.js';
import { ConfigError } from '../../src/config/problem.js';
import { readSettings } from '../../src/config/read-settings.js';
import { settingRows, type SettingRow } from '../../src/config/setting-rows.js';
import type { Setting } from '../../src/config/setting.js';
import { SETTINGS } from '../../src/config/settings-manifest.js';
import { parseTables } from '../../src/config/tables-file.js';
import { run } from '../support/run.js';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const settings = Object.values<Setting<unknown>>(SETTINGS);

describe('one settings manifest: manifest, .env.example, reference, check and form say the same', () => {
  it('.env.example and the reference hold every setting, in the manifest’s words', () => {
    const example = read('.env.example');
    const page = read('docs/reference/settings.md');
    for (const { variable, default: value, help, kind, restart, unit } of settings) {
      const lines = example.split('\n');
      const at = lines.indexOf(`#${variable}=${value}`);
      expect(at, variable).to.be.above(1);
      const form = unit === undefined ? kind.form : `${kind.form}, in ${unit}`;
      expect(lines[at - 2]).to.equal(`# ${help}`);
      expect(lines[at - 1]).to.contain(form);
      expect(lines[at - 1]).to.contain(restart ? 'needs a restart' : 'at once');
      const row = page.split('\n').find((line) => line.startsWith(`| \`${variable}\` |`));
      expect(row, variable).to.contain(form).and.to.contain(help);
      expect(row).to.contain(restart ? 'needs a restart' : 'at once');
    }
    expect(example.match(/^#OCTRIAGE_\w+=/gm)).to.have.length(settings.length);
    expect(page.match(/^\| `OCTRIAGE_/gm)).to.have.length(settings.length);
  });

  it('the rows of check and form are those of the manifest, defaults in force', () => {
    const rows = settingRows({}, {});
    expect(rows.map(({ variable }) => variable)).to.deep.equal(
      settings.map(({ variable }) => variable),
    );
    rows.forEach((row, index) => {
      const { help, kind, restart, fixed, default: value } = settings[index]!;
      expect(row).to.deep.include({ help, form: kind.form, restart, default: value, value });
      expect(row.fixed).to.equal(fixed);
      expect(row.origin).to.equal('default');
    });
  });

  it('octriage check --json shows what is in force, and from where', async function () {
    this.timeout(60_000);
    const folder = mkdtempSync(join(tmpdir(), 'octriage-check-'));
    try {
      const tables = join(folder, 'tables.json');
      writeFileSync(tables, JSON.stringify({ settings: { OCTRIAGE_MAX_ATTEMPTS: '7' } }));
      const own = { OCTRIAGE_TABLES: tables, OCTRIAGE_DATA_DIR: folder, OCTRIAGE_WORKERS: '2' };
      const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
      const { stdout } = await run(process.execPath, [main, 'check', '--json'], {
        cwd: folder,
        env: { ...cleanEnvironment(), ...own },
      });
      const said = JSON.parse(stdout) as { settings: readonly SettingRow[] };
      expect(said.settings).to.deep.equal(
        JSON.parse(JSON.stringify(settingRows(own, { OCTRIAGE_MAX_ATTEMPTS: '7' }))),
      );
      const origin = (variable: string) =>
        said.settings.find((row) => row.variable === variable)?.origin;
      expect(origin('OCTRIAGE_MAX_ATTEMPTS')).to.equal('file');
      expect(origin('OCTRIAGE_WORKERS')).to.equal('environment');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('the tables file gives what the environment does not', () => {
    const folder = mkdtempSync(join(tmpdir(), 'octriage-tables-'));
    try {
      const tables = join(folder, 'tables.json');
      writeFileSync(
        tables,
        JSON.stringify({ settings: { OCTRIAGE_MAX_ATTEMPTS: '7', OCTRIAGE_WORKERS: '3' } }),
      );
      const { maxAttempts, workers } = readSettings({
        OCTRIAGE_TABLES: tables,
        OCTRIAGE_WORKERS: '2',
      });
      expect([maxAttempts, workers]).to.deep.equal([7, 2]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const refused: Readonly<Record<string, readonly [string, RegExp]>> = {
    'a value out of its range': ['OCTRIAGE_WORKERS', /'999' is not a whole number from 0 to 64/],
    'a setting that is none': ['OCTRIAGE_WORKER', /there is no such setting/],
    'where the tables file is': ['OCTRIAGE_DATA_DIR', /environment alone/],
    'who may sign in': ['OCTRIAGE_USERS', /environment alone/],
    'what has a table of its own': ['OCTRIAGE_CALLERS', /environment alone/],
  };
  for (const [what, [variable, why]] of Object.entries(refused)) {
    it(`the tables file may not hold ${what}`, () => {
      const result = parseTables(JSON.stringify({ settings: { [variable]: '999' } }), 'tables');
      expect('problems' in result && new ConfigError(result.problems).message).to.match(why);
    });
  }

  it('a changed setting waits for a restart, or holds at once; a secret is not shown', () => {
    const file = { OCTRIAGE_WORKERS: '2', OCTRIAGE_LOG_LEVEL: 'debug' };
    const rows = settingRows({ OCTRIAGE_USERS: 'a:viewer:hash' }, file, {});
    const row = (variable: string) => rows.find((one) => one.variable === variable)!;
    expect(row('OCTRIAGE_WORKERS')).to.include({ value: '1', waiting: '2', origin: 'file' });
    expect(row('OCTRIAGE_LOG_LEVEL')).to.include({ value: 'debug', origin: 'file' });
    expect(row('OCTRIAGE_LOG_LEVEL').waiting).to.equal(undefined);
    expect(row('OCTRIAGE_USERS').value).to.equal('set, not shown');
  });
});
